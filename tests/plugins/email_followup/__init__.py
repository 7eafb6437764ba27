"""Tests of email_followup."""
