"""The public pages of t.me, which anybody sees without signing in."""
