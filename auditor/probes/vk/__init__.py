"""VK through its API: profiles and communities, their walls and comments."""
