"""What the room that makes audit documents promises."""
