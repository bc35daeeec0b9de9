"""The anchor: a FastAPI route that answers constant TwiML and reads nothing."""

from __future__ import annotations

from fastapi import FastAPI, Response

from bench.webhook_load import PROMPT

TWIML = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Gather input="dtmf" action="/twilio/turn" method="POST" '
    f'numDigits="1" timeout="5"><Say language="cmn-CN">{PROMPT}</Say></Gather></Response>'
)
app = FastAPI()


@app.post("/twilio/turn/{key}")
async def turn() -> Response:
    """The same for every turn."""
    return Response(TWIML, media_type="text/xml")


@app.get("/readyz")
async def readyz() -> dict[str, str]:
    """Listening."""
    return {"status": "ready"}
