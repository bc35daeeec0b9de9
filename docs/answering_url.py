from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response

app = FastAPI()
ASK = '<Gather numDigits="1"><Say>Press 1 to wait, 2 to serve who waits, 3 to ring a phone.</Say></Gather>'
KEYS = {"1": "<Enqueue>line</Enqueue>", "2": "<Dial><Queue>line</Queue></Dial>", "3": "<Dial>+15550100002</Dial>"}


@app.post("/twilio/{what:path}")
async def answer(what: str, request: Request) -> Response:
    key = parse_qs((await request.body()).decode()).get("Digits", [""])[0]
    inside = {"voice": KEYS.get(key, ASK), "sms": "<Message>Thank you. 谢谢。</Message>"}.get(what, "")
    return Response(f"<Response>{inside}</Response>", media_type="text/xml")
