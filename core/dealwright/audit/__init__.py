"""The audit log: who changed what, when, by which cause (P-04). One append-only table and one session listener; knows no feature."""
