import type { problemsZh } from './problems.zh'

export const problemsEn: Record<keyof typeof problemsZh, string> = {
  'error.about_them': 'A complaint is not given to those whom it names.', 'error.cannot_cancel': 'There is no transfer to cancel.', 'error.cannot_complete': 'The colleague has not answered yet.',
  'error.cannot_move': 'It cannot be moved now.', 'error.cannot_prioritise': 'Its priority cannot be changed now.', 'error.changed_meanwhile': 'Somebody else has changed it. Open it again.',
  'error.early': 'It is not late yet.', 'error.failed': 'It did not work. Try again.', 'error.limit': 'Urged often enough; a supervisor follows it.', 'error.merged': 'This order moves with its master.',
  'error.no_area': 'Name one area or more.', 'error.no_number': 'There is no number to call.', 'error.not_logged_in': 'Log in first.', 'error.not_open': 'The order is not open any more.',
  'error.not_waiting': 'Nobody waits there any more.', 'error.not_written': 'This contact is a call.', 'error.number_refused': 'This number is not called: foreign, special rate, or our own.',
  'error.outage_ended': 'The outage is over and takes in no more reports.', 'error.recording_not_ready': 'The recording is not ready yet.', 'error.recording_unavailable': 'The recording cannot be fetched now. Try again shortly.',
  'error.unknown_agent': 'There is no such agent number.', 'error.unknown_person': 'There is no such person.', 'error.unknown_area': 'There is no such area.', 'error.unknown_area_code': 'There is no such area.', 'error.unknown_account_no': 'There is no such account.',
  'error.unknown_owner': 'Nobody with this number can own an order.', 'error.unknown_kind': 'There is no such kind.', 'error.unknown_state': 'There is no such state.', 'error.unknown_event': 'There is no such event.',
  'error.voice_not_configured': 'Voice in the browser is not configured.', 'error.photo_damaged': 'The photo is damaged. Take it again.', 'error.too_slow': 'The network was too slow. Please try again.', 'error.too_many': 'Too fast. Wait a moment.', 'error.audio_refused': 'The browser could not connect the audio. Check the network and the microphone.',
}
