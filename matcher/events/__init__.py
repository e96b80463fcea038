"""An offline matchmaking event (对接活动): who meets whom, when, and at which table."""
