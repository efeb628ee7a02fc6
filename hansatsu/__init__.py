"""Hansatsu: electronic money of Japanese towns."""
