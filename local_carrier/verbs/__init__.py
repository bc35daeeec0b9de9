"""The verbs, each a function of the run and its element; what it returns is what to execute next."""

from local_carrier.interpreter import Verb
from local_carrier.verbs.dial import dial
from local_carrier.verbs.enqueue import enqueue, leave
from local_carrier.verbs.flow import hangup, message, redirect, reject
from local_carrier.verbs.gather import gather
from local_carrier.verbs.record import record
from local_carrier.verbs.speak import pause, play, say

VERBS: dict[str, Verb] = {
    "Say": say,
    "Play": play,
    "Pause": pause,
    "Gather": gather,
    "Redirect": redirect,
    "Hangup": hangup,
    "Reject": reject,
    "Message": message,
    "Sms": message,
    "Record": record,
    "Enqueue": enqueue,
    "Leave": leave,
    "Dial": dial,
}
