"""VK through its API: users, communities, walls and comments, with a service key."""

__all__ = ["VkProbe"]

from auditor.probes.vk.probe import VkProbe
