"""What people do about a deal: tasks, and the timeline of everything that happened to it."""
