"""Outgoing mail: the workspace's SMTP account, messages with their content and states, and the job that sends them one by one."""
