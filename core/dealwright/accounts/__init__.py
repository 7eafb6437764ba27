"""Users, teams, roles, sessions, and the one record rule through which every query of an owned table goes. Knows no Flask."""
