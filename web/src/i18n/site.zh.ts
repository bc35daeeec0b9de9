/** Sentences of the on-site page and of the wallboard that came with photos, estimates and recordings. */
export const siteZh = {
  'field.call_customer': '请热线接通客户', 'field.calling': '正在呼叫客户，请接听您的话机…', 'field.in_call': '与客户通话中', 'field.not_reached': '未能接通，已记录本次拨打。',
  'field.eta_arrive': '预计到达', 'field.eta_restore': '预计复电', 'field.eta_in': '{t}后',
  'field.gone': '工单 {no} 已不再由您处理。', 'field.gone_as': '工单 {no} 已不再由您处理：{state}。', 'field.on_job': '作业中', 'field.photo': '拍照上传', 'field.photo_kept': '照片已保存在本机，有网络后自动上传。', 'field.photo_note': '说明随照片一起发送。', 'field.place_unheard': '地点未核实：来电人的录音还没有人听，此处为户号登记的地址。', 'field.missed': '工单 {no} 响铃时没有接，正在另找班组，之后可能再派给您。', 'field.recording_unheard': '来电人还留了一段录音，尚未有人听。', 'field.moved': '地点已更改。原来是：{before}', 'field.place_hint': '地点未核实：这是来电号码对应的户号地址，以来电人所说为准。', 'field.after_restored_untold': '已复电，但没有可通知的号码。您无需再操作。', 'field.after_restored_chat': '已复电：客户在网聊中收到告知，您无需再操作。', 'field.after_not_ours_chat': '已记为非我方产权：客户在网聊中收到告知，您无需再操作。', 'field.photos_wait': '{n} 张照片待上传', 'field.after_restored': '已复电：已短信通知客户，您无需再操作。', 'field.after_not_ours': '已记为非我方产权，已短信通知客户，您无需再操作。', 'field.after_not_ours_untold': '已记为非我方产权，但没有可通知的号码，请当面告知客户。', 'field.go_on': '上岗', 'field.go_off': '离岗', 'field.photos_there': '已上传 {n} 张照片', 'field.photo_step': '照片', 'field.story': '办理经过',
  'field.not_ours_hint': '选择“非我方产权”须先在“说明”中写明原因。',
  'error.not_a_photo': '只能上传 JPEG、PNG 或 WebP 照片。', 'error.photo_too_large': '照片太大。', 'error.too_many_photos': '该工单的照片已达上限。', 'error.wrong_time': '预计时间必须在未来一周之内。',
  'story.photo': '现场照片', 'story.eta_arrive': '预计 {at} 到达', 'story.eta_restore': '预计 {at} 复电',
  'story.on_phone': '手机记录时间 {at}',
  'story.unverified': '位置或时间未核验',
  'board.callbacks': '待回电', 'board.callbacks_due': '约定的回电', 'board.recordings': '未听录音', 'board.recordings_unheard': '尚未收听的录音',
  'board.follow_up': '待办', 'board.jobs': '{queue}·等候派工的工单', 'board.jobs_today': '{queue}·今日派工的工单', 'board.jobs_done': '接单', 'board.jobs_gone': '撤回', 'board.jobs_open': '未接', 'board.other': '其他', 'board.otherwise': '等候中、约定回电、转走或转回自助', 'board.jobs_offered': '派工',
  'board.people_in': '{queue}·{state}', 'board.whose': '数字为全热线合计；坐席、预警和点开的名单只列 {unit}。', 'board.of_unit': '全热线共 {n}，其中 {unit} 可查看 {shown}。', 'board.of_all': '共 {n}，此处列出 {shown}。', 'board.promise_over': '{at} 已了结', 'board.crew_has_it': '{who} 已接单', 'board.answered_then': '{at} 已由 {who} 应答', 'board.nobody_staffed': '— 无人在岗',
  'board.level_now': '目标：{s} 秒内接听 {p}%。今日：目标内接听 {n} ÷ 应计 {of}。', 'board.unseen': '下方还有 {n} 条', 'board.length': '时长', 'board.no_crew_yet': '还没有班组接单。', 'board.crew_sought': '已派单，正在找班组，还没有班组接单。', 'board.answer_help': '回复求助', 'board.contact': '来访', 'today.called': '回电未接通 {n} 次', 'today.called_no_more': '回电 {n} 次均未接通，不再拨打', 'today.not_called': '约定的回电未拨打', 'today.called_back': '已回电接通', 'today.went_on': '转至{queue}', 'today.no_disposition': '未填写', 'today.came_back': '来电人先打来了', 'today.to_call': '约定由您回电', 'wrap.callback_hint': '热线不会自动拨打，请写明时间；接通之前列在左侧。', 'today.queue': '队列', 'today.reason': '原因',
} as const
