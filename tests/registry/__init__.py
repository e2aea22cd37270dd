"""What the room `registry` promises."""
