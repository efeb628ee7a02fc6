"""Charging: value that is bought. Orders, their one state machine, and the payment providers."""
