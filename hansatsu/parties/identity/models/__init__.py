"""Residents and their browsers, staff, what they agreed to, and what happened to accounts."""

from hansatsu.parties.identity.models.device import Device
from hansatsu.parties.identity.models.event import Event
from hansatsu.parties.identity.models.failures import Failures
from hansatsu.parties.identity.models.known_browser import KnownBrowser
from hansatsu.parties.identity.models.legal_text import LegalKind, LegalText
from hansatsu.parties.identity.models.log_in import LogIn
from hansatsu.parties.identity.models.mailed_link import MailedLink, Purpose
from hansatsu.parties.identity.models.passkey import Passkey
from hansatsu.parties.identity.models.puzzle import Puzzle
from hansatsu.parties.identity.models.resident import Gender, Language, Occupation, Resident
from hansatsu.parties.identity.models.second_factor import (
    RecoveryCode,
    SecondFactor,
    TrustedBrowser,
)
from hansatsu.parties.identity.models.spent import Spent
from hansatsu.parties.identity.models.staff import Role, Staff
from hansatsu.parties.identity.models.terms import Agreement, Terms

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
