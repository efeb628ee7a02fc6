"""Into the console: password, second factor, passkey, and out again."""
