"""The demo's passwords, which everybody may know."""


def demo_password(login_id: str) -> str:
    """``hanako-demo-2026``."""
    return f"{login_id}-demo-2026"
