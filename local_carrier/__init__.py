"""A carrier on your own machine: executes TwiML, sends signed webhooks, keeps a ledger of all of it."""
