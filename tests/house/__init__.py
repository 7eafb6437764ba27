"""The rules of the house as tests, and the proof that each can go red."""
