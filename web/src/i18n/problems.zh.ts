/** Why something was refused, by the service's stable codes. */
export const problemsZh = {
  'error.about_them': '投诉不能交给被投诉的人员或部门办理。', 'error.cannot_cancel': '现在没有可以取消的转接。', 'error.cannot_complete': '对方尚未接听，不能完成转接。',
  'error.cannot_move': '当前不能改换队列。', 'error.cannot_prioritise': '当前不能调整优先级。', 'error.changed_meanwhile': '内容已被他人修改，请重新打开后再改。',
  'error.early': '尚未到时限，暂不能催办。', 'error.failed': '未成功，请重试。', 'error.limit': '催办次数已满，工单已督办。', 'error.merged': '该工单随主单办理，不能单独流转。',
  'error.no_area': '请至少指定一个区域。', 'error.no_number': '没有可以拨打的号码。', 'error.not_logged_in': '请先登录。', 'error.not_open': '工单已不在办。',
  'error.not_waiting': '对方已不在排队。', 'error.not_written': '这是语音来访，不能发送文字。', 'error.number_refused': '该号码不能外呼（国际、声讯、本热线号码）。',
  'error.outage_ended': '该停电已结束，不再并入。', 'error.recording_not_ready': '录音尚未生成，请稍后再听。', 'error.recording_unavailable': '录音暂时取不到，请稍后再听。',
  'error.unknown_agent': '没有这个工号。', 'error.unknown_person': '没有这个人员。', 'error.unknown_area': '没有这个区域。', 'error.unknown_area_code': '没有这个区域。', 'error.unknown_account_no': '户号不存在。',
  'error.unknown_owner': '没有可以承办的这个工号。', 'error.unknown_kind': '没有这个类别。', 'error.unknown_state': '没有这个状态。', 'error.unknown_event': '没有这个事项。',
  'error.voice_not_configured': '未配置网页语音。', 'error.photo_damaged': '照片已损坏，请重拍。', 'error.too_slow': '网络太慢，请重试。', 'error.too_many': '操作过于频繁，请稍候。', 'error.audio_refused': '浏览器未能接通语音，请检查网络和麦克风。',
} as const
