import type { siteZh } from './site.zh'

export const siteEn: Record<keyof typeof siteZh, string> = {
  'field.call_customer': 'Connect me with the customer', 'field.calling': 'Calling the customer: answer your own phone…', 'field.in_call': 'Talking to the customer', 'field.not_reached': 'Not reached; the attempt is logged.',
  'field.eta_arrive': 'Expected to arrive', 'field.eta_restore': 'Power expected back', 'field.eta_in': 'in {t}',
  'field.gone': 'Order {no} is no longer yours.', 'field.gone_as': 'Order {no} is no longer yours: {state}.', 'field.on_job': 'On a job', 'field.photo': 'Take a photo', 'field.photo_kept': 'The photo is kept on this phone and goes out when there is a network.', 'field.photo_note': 'The note goes with the photo.', 'field.photos_wait': 'Photos to be uploaded: {n}', 'field.after_restored': 'Restored: the hotline calls the customer. Nothing more to do here.', 'field.after_not_ours': 'Back with the hotline, which tells the customer. Nothing more to do here.', 'field.go_on': 'Go on duty', 'field.go_off': 'Go off duty', 'field.photos_there': 'Photos uploaded: {n}', 'field.photo_step': 'Photo', 'field.story': 'Story so far',
  'field.not_ours_hint': '“Not ours” needs a note that says why: write it above first.',
  'error.not_a_photo': 'Only JPEG, PNG or WebP photos can be sent.', 'error.photo_too_large': 'The photo is too large.', 'error.too_many_photos': 'This order has as many photos as it can keep.', 'error.wrong_time': 'An estimate must lie ahead, within a week.',
  'story.photo': 'Photo from the site', 'story.eta_arrive': 'expected to arrive at {at}', 'story.eta_restore': 'power expected back at {at}',
  'story.on_phone': 'at {at} by the phone',
  'story.unverified': 'place or time not verified',
  'board.callbacks': 'Callbacks due', 'board.callbacks_due': 'Callbacks that were promised', 'board.recordings': 'Recordings unheard', 'board.recordings_unheard': 'Recordings that nobody has heard',
  'board.follow_up': 'To be done', 'board.jobs': '{queue}: jobs waiting for a crew', 'board.jobs_today': '{queue}: jobs of today', 'board.jobs_done': 'Accepted', 'board.jobs_gone': 'Withdrawn', 'board.jobs_open': 'Not yet', 'board.other': 'Other', 'board.otherwise': 'Waiting, called back or moved', 'board.jobs_offered': 'Jobs',
  'board.people_in': '{queue}: {state}', 'board.whose': 'Numbers are those of the whole hotline; agents, warnings and the lists behind numbers are those of {unit}.', 'board.of_unit': '{n} in the whole hotline, of which {unit} may see {shown}.', 'board.of_all': '{n} in all, {shown} of them listed here.', 'board.promise_over': 'kept late or called off {at}', 'board.nobody_staffed': '— unmanned',
  'board.level_now': 'Target: {p}% within {s} s. Today: {n} within the target ÷ {of} counted.', 'board.unseen': '{n} more below', 'board.length': 'Length', 'board.contact': 'Contact', 'today.called': 'Called back in vain: {n}', 'today.called_no_more': 'Called back in vain ({n}), not again', 'today.not_called': 'The promised call was not made', 'today.called_back': 'Called back', 'today.went_on': 'Went on: {queue}', 'today.queue': 'Queue', 'today.reason': 'Reason',
}
