"""A hotline in a few lines, to be called through the local carrier: a menu, a queue, an agent, texts."""

from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response

app = FastAPI()


def twiml(inside: str) -> Response:
    return Response(f"<Response>{inside}</Response>", media_type="text/xml")


@app.post("/twilio/voice")
async def voice() -> Response:
    return twiml('<Gather numDigits="1" action="/menu"><Say>Press 1 to wait for us.</Say></Gather>')


@app.post("/menu")
async def menu(request: Request) -> Response:
    keys = parse_qs((await request.body()).decode()).get("Digits", [""])[0]
    return twiml("<Enqueue>phone</Enqueue>" if keys == "1" else "<Say>Goodbye.</Say>")


@app.post("/twilio/client")
async def agent() -> Response:
    return twiml("<Dial><Queue>phone</Queue></Dial>")


@app.post("/twilio/sms")
async def text() -> Response:
    return twiml("<Message>Thank you, we have your message.</Message>")
