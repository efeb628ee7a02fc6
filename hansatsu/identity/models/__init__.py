"""Residents and their browsers, staff, what they agreed to, and what happened to accounts."""

from hansatsu.identity.models.device import Device
from hansatsu.identity.models.event import Event
from hansatsu.identity.models.failures import Failures
from hansatsu.identity.models.known_browser import KnownBrowser
from hansatsu.identity.models.legal_text import LegalKind, LegalText
from hansatsu.identity.models.log_in import LogIn
from hansatsu.identity.models.mailed_link import MailedLink, Purpose
from hansatsu.identity.models.passkey import Passkey
from hansatsu.identity.models.puzzle import Puzzle
from hansatsu.identity.models.resident import Gender, Language, Occupation, Resident
from hansatsu.identity.models.second_factor import (
    RecoveryCode,
    SecondFactor,
    TrustedBrowser,
)
from hansatsu.identity.models.spent import Spent
from hansatsu.identity.models.staff import Role, Staff
from hansatsu.identity.models.terms import Agreement, Terms

__all__ = [
    "Agreement",
    "Device",
    "Event",
    "Failures",
    "Gender",
    "KnownBrowser",
    "Language",
    "LegalKind",
    "LegalText",
    "LogIn",
    "MailedLink",
    "Occupation",
    "Passkey",
    "Purpose",
    "Puzzle",
    "RecoveryCode",
    "Resident",
    "Role",
    "SecondFactor",
    "Spent",
    "Staff",
    "Terms",
    "TrustedBrowser",
]
