"""The closed lists that a console chooses from; the pages have their texts in every language."""

from __future__ import annotations

DISPOSITIONS = ("resolved", "order_opened", "transferred", "callback", "information", "nuisance", "other")
"""How a contact was concluded."""
CALL_AGREED = "callback"
"""The disposition by which an agent has agreed to call the customer."""

DECLINE_REASONS = ("busy", "technical", "not_my_skill", "personal", "other")
BREAK_REASONS = ("meal", "rest", "meeting", "coaching", "technical", "other")
VERIFY_ITEMS = ("name", "address", "account_no", "phone", "last_bill")
"""What an agent may tick as checked with the caller; two are needed."""

SETTABLE_STATES = ("available", "break", "training", "offline")
ESTIMATES = ("arrive", "restore")
"""What a crew says a time of."""
LEGS = ("browser", "phone")
TRANSFER_MODES = ("cold", "warm")
ORDER_TYPES = ("fault", "complaint", "tipoff", "suggestion", "opinion", "praise", "consult", "service_request")
