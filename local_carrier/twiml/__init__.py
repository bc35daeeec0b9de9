"""TwiML as text: parsed within its limits and checked against its grammar. Executes nothing."""
