"""Journeys: every promise to a user through the real server process and a real browser."""
