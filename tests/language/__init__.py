"""What the room that reads words promises."""
