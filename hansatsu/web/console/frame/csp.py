"""The console's own content security policy: its theme evaluates expressions that stand in the
page (Alpine) and sets styles in it. Everything else stays as strict as elsewhere."""

from typing import Any

from django.conf import settings
from django.utils.csp import CSP

POLICY: dict[str, Any] = settings.SECURE_CSP | {
    "script-src": [CSP.SELF, CSP.UNSAFE_EVAL],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
}
