"""Kills of running commands: whether anything is lost, half done, or no longer opens."""
