"""The sentences that several slices say to people, in Vietnamese and English; `say` fills one in.

Keys: `problem.*` titles of problem documents, `error.*` their details, `field.*` what a field must be, `status.*`, `flag.*`,
`action.*`, `by.*`, `outcome.*`, `rating.*`, `refusal.*` (and `refusal_door.*`: where to go instead) words of a case.
Messages have their words in notices/templates, pages in pages/words.py, the SMS with a sign-in code in accounts/challenge.py.
"""

from collections.abc import Mapping

from chalicelib.core.lookup_words import LOOKUP_WORDS
from chalicelib.core.staff_words import STAFF_WORDS

WORDS: Mapping[str, tuple[str, str]] = {
    # Titles of problem documents
    "problem.malformed": ("Yêu cầu không đọc được", "The request cannot be read"),
    "problem.invalid": ("Có trường chưa đúng", "Some fields are not right"),
    "problem.unauthenticated": ("Cần đăng nhập", "Sign-in needed"),
    "problem.forbidden": ("Không được phép", "Not allowed"),
    "problem.not-found": ("Không tìm thấy", "Not found"),
    "problem.gone": ("Không còn hiệu lực", "No longer valid"),
    "problem.not-possible-now": ("Không thực hiện được lúc này", "Not possible now"),
    "problem.conflict": ("Trùng hoặc mâu thuẫn", "Conflict"),
    "problem.too-large": ("Nội dung quá lớn", "Too large"),
    "problem.too-many": ("Quá nhiều lần", "Too many attempts"),
    "problem.unavailable": ("Tạm thời gián đoạn", "Temporarily unavailable"),
    "problem.method-not-allowed": ("Phương thức không được hỗ trợ", "Method not allowed"),
    "problem.unsupported-media-type": ("Kiểu nội dung không được hỗ trợ", "Unsupported content type"),
    "problem.internal": ("Lỗi hệ thống", "Internal error"),
    # Details
    "error.domain": ("Yêu cầu không thực hiện được.", "The request cannot be carried out."),
    "error.malformed": ("Nội dung gửi lên không đọc được.", "The body cannot be read."),
    "error.not_utf8": ("Nội dung phải là UTF-8.", "The body must be UTF-8."),
    "error.not_json": ("Nội dung phải là JSON hợp lệ.", "The body must be valid JSON."),
    "error.not_object": ("Nội dung phải là một đối tượng JSON.", "The body must be a JSON object."),
    "error.too_deep": ("Nội dung JSON lồng quá sâu.", "The JSON is nested too deeply."),
    "error.duplicate_keys": ("Nội dung JSON có khóa lặp lại.", "The JSON has duplicate keys."),
    "error.invalid": (
        "Vui lòng sửa các trường được nêu rồi gửi lại.",
        "Please correct the fields named below and send again.",
    ),
    "error.unauthenticated": ("Vui lòng đăng nhập lại.", "Please sign in again."),
    "error.code_wrong": (
        "Mã xác thực chưa đúng. Vui lòng xem lại tin nhắn rồi nhập lại.",
        "The code is not right. Please check the message and type it again.",
    ),
    "error.code_ended": (
        "Mã xác thực đã hết hiệu lực, đã dùng hoặc đã nhập sai 5 lần. Vui lòng yêu cầu mã mới.",
        "The code has expired, was used, or was mistyped five times. Please ask for a new one.",
    ),
    "error.forbidden": ("Tài khoản không có quyền làm việc này.", "This account may not do this."),
    "error.not_found": ("Không có nội dung này.", "There is no such thing."),
    "error.feedback_not_found": ("Không tìm thấy phản ánh có mã này.", "There is no feedback with this code."),
    "error.link_not_found": ("Đường dẫn không đúng.", "This link is not right."),
    "error.link_ended": (
        "Đường dẫn đã hết hiệu lực vì lần giao xử lý này đã kết thúc.",
        "This link has ended because its assignment is over.",
    ),
    "error.gone": ("Nội dung này không còn hiệu lực.", "This is no longer valid."),
    "error.conflict": (
        "Yêu cầu trùng hoặc mâu thuẫn với dữ liệu đã có.",
        "The request contradicts what already stands.",
    ),
    "error.agency_circle": (
        "Cơ quan không thể là cấp trên của chính mình: {agencies}.",
        "Agencies cannot stand above each other in a circle: {agencies}.",
    ),
    "error.reform_unfit": (
        "Thay đổi của {code} từ ngày {day} không khớp với danh mục hiện có.",
        "The change of {code} from {day} does not fit the directory as it stands.",
    ),
    "error.successor_circle": (
        "Các đơn vị không thể kế thừa lẫn nhau: {units}.",
        "Units cannot succeed each other in a circle: {units}.",
    ),
    "error.key_reused": (
        "Idempotency-Key này đã dùng cho một nội dung khác.",
        "This Idempotency-Key was used for another body.",
    ),
    "error.not_possible_now": (
        "Không thể thực hiện “{action}” ở trạng thái hiện tại.",
        "The action “{action}” is not possible in the present state.",
    ),
    "error.lost_race": (
        "Có người vừa thay đổi phản ánh này. Vui lòng xem lại rồi thực hiện tiếp.",
        "Somebody has just changed this feedback. Please look again and retry.",
    ),
    "error.too_large": ("Nội dung vượt quá {limit} byte.", "The body is over {limit} bytes."),
    "error.too_many": (
        "Đã thử quá nhiều lần. Vui lòng thử lại sau {seconds} giây.",
        "Too many attempts. Please try again in {seconds} seconds.",
    ),
    "error.staff_sign_in": (
        "E-mail, mật khẩu hoặc mã xác thực không đúng. Sau nhiều lần sai, tài khoản tạm khóa vài phút.",
        "E-mail, password or code is wrong. After several wrong attempts the account is locked for some minutes.",
    ),
    "error.staff_unready": (
        "Tài khoản chưa đặt mật khẩu riêng hoặc chưa gắn ứng dụng xác thực. Xin liên hệ người quản trị.",
        "The account has no password of its own or no authenticator app yet. Please contact the administrator.",
    ),
    "error.signing_codes": (
        "Mã vừa được gửi hoặc đã gửi đủ 3 lần trong một giờ. Vui lòng thử lại sau {seconds} giây.",
        "A code was sent just now, or three within the hour. Please try again in {seconds} seconds.",
    ),
    "error.head_unreachable": (
        "Chưa có số di động của người đứng đầu cơ quan để gửi mã. Vui lòng liên hệ Trung tâm Điều hành thông minh.",
        "There is no mobile number of the agency's head to send the code to. Please contact the operations centre.",
    ),
    "error.unavailable": (
        "Hệ thống đang bận. Vui lòng thử lại sau ít phút.",
        "The system is busy. Please try again shortly.",
    ),
    "error.internal": (
        "Hệ thống gặp lỗi và đã được ghi nhận. Vui lòng thử lại sau.",
        "Something went wrong on our side and was recorded. Please try again later.",
    ),
    "error.method_not_allowed": (
        "Đường dẫn này không hỗ trợ phương thức đã dùng.",
        "This path does not take that method.",
    ),
    "error.unsupported_media_type": (
        "Kiểu nội dung (Content-Type) không được hỗ trợ.",
        "This Content-Type is not supported.",
    ),
    "error.give_back_too_late": (
        "Chỉ được trả lại Trung tâm trong 8 giờ làm việc kể từ khi giao.",
        "A case can be given back only within 8 working hours of its assignment.",
    ),
    "error.sealed": (
        "Phản ánh này đã niêm phong; chỉ kiểm toán viên được mở, và mỗi lần mở đều được ghi lại.",
        "This feedback is sealed; only an auditor may open it, and every opening is recorded.",
    ),
    "error.reporter_gone": ("Người phản ánh không còn tài khoản.", "The reporter has no account any more."),
    "error.supporters_full": (
        "Mỗi phản ánh có tối đa {most} cơ quan phối hợp.",
        "At most {most} agencies contribute to one feedback.",
    ),
    "error.merge_merged": (
        "Phản ánh chính đã được gộp với phản ánh {code}; hãy chọn phản ánh đó.",
        "The main feedback was itself merged into {code}; please choose that one.",
    ),
    "error.merge_ended": (
        "Chỉ gộp được với phản ánh đang xử lý hoặc vừa được trả lời.",
        "A feedback can only be merged into one that is open or was just answered.",
    ),
    "error.merge_about": (
        "Không gộp phản ánh về một cơ quan với phản ánh về việc khác.",
        "A feedback about an agency is not merged with one about another matter.",
    ),
    "error.merge_private": (
        "Không gộp với phản ánh chưa công khai hoặc không công khai của người khác; nếu đang chờ duyệt, hãy công khai trước.",
        "A feedback is not merged into somebody else's that is not public; publish one that waits for review first.",
    ),
    "error.photos_full": (
        "Mỗi bên chỉ được gửi tối đa {most} tệp cho một phản ánh.",
        "Each party may add at most {most} files to one feedback.",
    ),
    # What a field must be
    "field.missing": ("bắt buộc", "required"),
    "field.unknown": ("không được dùng ở đây", "not known here"),
    "field.object": ("phải là một đối tượng", "must be an object"),
    "field.list": ("phải là một danh sách", "must be a list"),
    "field.list_short": ("có ít nhất {least} mục", "has at least {least} items"),
    "field.list_long": ("có tối đa {most} mục", "has at most {most} items"),
    "field.control": (
        "có ký tự điều khiển hoặc Unicode không hợp lệ",
        "has control characters or invalid Unicode",
    ),
    "field.text": ("phải là chữ, dài từ {least} đến {most} ký tự", "must be text of {least} to {most} characters"),
    "field.pattern": ("không đúng định dạng", "is not of the right form"),
    "field.number": ("phải là số", "must be a number"),
    "field.number_between": ("phải là số từ {least} đến {most}", "must be a number from {least} to {most}"),
    "field.choice": ("phải là một trong: {choices}", "must be one of: {choices}"),
    "field.yes_or_no": ("phải là true hoặc false", "must be true or false"),
    "field.time": ("phải là thời điểm có múi giờ (RFC 3339)", "must be a time with a zone (RFC 3339)"),
    "field.date": ("phải là ngày (YYYY-MM-DD)", "must be a date (YYYY-MM-DD)"),
    "field.cursor": ("không phải là con trỏ do máy chủ cấp", "is not a cursor that this server gave"),
    "field.idempotency_key": (
        "phải có từ 8 đến 128 ký tự ASCII không khoảng trắng",
        "must be 8 to 128 visible ASCII characters",
    ),
    "field.category": ("không có lĩnh vực này", "there is no such category"),
    "field.area": ("không có địa bàn này", "there is no such area"),
    "field.agency": (
        "không có cơ quan này hoặc cơ quan không còn hoạt động",
        "there is no such agency, or it is closed",
    ),
    "field.agency_about": (
        "không được là cơ quan bị phản ánh hoặc cơ quan trực thuộc",
        "must not be the agency complained about or one under it",
    ),
    "field.six_digits": ("phải gồm 6 chữ số", "must be six digits"),
    "field.signing_code": ("không đúng, còn {left} lần thử", "is wrong; {left} attempts left"),
    "field.signing_code_ended": (
        "không còn hiệu lực, cần gửi mã mới",
        "is no longer valid; please have a new one sent",
    ),
    "field.case": ("không có phản ánh có mã này", "there is no feedback with this code"),
    "field.case_same": ("phải là phản ánh khác", "must be another feedback"),
    "field.agency_same": ("phải là cơ quan khác", "must be another agency"),
    "field.outside": (
        "nằm ngoài địa bàn tỉnh quá 2 km",
        "lies more than 2 km outside the province",
    ),
    "field.future": ("không được ở tương lai", "must not lie in the future"),
    "field.after_deadline": ("phải sau hạn hiện tại", "must lie behind the present deadline"),
    "field.vague": (
        "hãy nêu đã làm gì, kết quả ra sao, còn lại việc gì và khi nào xong (ít nhất {least} ký tự)",
        "say what was done, with what result, what is left and until when (at least {least} characters)",
    ),
    "field.phrase_only": (
        "chỉ là câu chung chung; hãy nêu việc đã làm và kết quả cụ thể",
        "is only a stock phrase; say what was done and what came of it",
    ),
    "field.next_step": ("cần nêu việc làm tiếp theo và thời hạn", "must say what comes next and until when"),
    "field.scheduled_for": (
        "cần ngày hẹn thực hiện ở tương lai",
        "needs the date, in the future, of the promised work",
    ),
    "field.reason": ("cần nêu lý do (ít nhất 10 ký tự)", "must give a reason (at least 10 characters)"),
    "field.photo": ("không có ảnh hoặc tệp này trong phản ánh", "there is no such photo or document in this feedback"),
    "field.phone": ("phải là số di động Việt Nam", "must be a Vietnamese mobile number"),
    "field.email": ("phải là địa chỉ e-mail", "must be an e-mail address"),
    "field.email_needed": ("cần có địa chỉ e-mail trước", "needs an e-mail address first"),
    "field.quiet_hours": ("phải khác giờ bắt đầu", "must differ from the start"),
    "field.bbox": (
        "phải là tây,nam,đông,bắc theo độ, trong phạm vi hợp lệ",
        "must be west,south,east,north in degrees, within range",
    ),
    # A case
    "status.received": ("Đã gửi, chờ phân loại", "Sent, waiting to be sorted"),
    "status.assigned": ("Đã giao xử lý", "Assigned"),
    "status.in_progress": ("Đang xử lý", "In progress"),
    "status.waiting": ("Chờ người phản ánh bổ sung", "Waiting for the reporter"),
    "status.awaiting_approval": ("Đang xử lý", "In progress"),
    "status.answered": ("Đã trả lời", "Answered"),
    "status.scheduled": ("Đã trả lời, hẹn thực hiện trước {date}", "Answered, to be done by {date}"),
    "status.closed": ("Đã kết thúc", "Closed"),
    "status.refused": ("Không tiếp nhận, đã hướng dẫn", "Not accepted, guidance given"),
    "status.duplicate": ("Đã gộp với phản ánh {code}", "Merged with feedback {code}"),
    "status.split": ("Đã tách thành nhiều phản ánh", "Split into several"),
    "status.sealed": ("Đã niêm phong", "Sealed"),
    "status.withdrawn": ("Người phản ánh đã rút", "Withdrawn by the reporter"),
    "flag.merged": ("Đã gộp với phản ánh khác", "Merged with another feedback"),
    "flag.overdue": ("Quá hạn {n} ngày làm việc", "{n} working days overdue"),
    "flag.due": ("Còn {n} ngày làm việc", "{n} working days left"),
    "flag.due_today": ("Hạn hôm nay", "Due today"),
    "flag.overdue_today": ("Quá hạn hôm nay", "Became overdue today"),
    "flag.urgent": ("Khẩn", "Urgent"),
    "action.submit": ("Gửi phản ánh", "Submit"),
    "action.assign": ("Giao xử lý", "Assign"),
    "action.queue": ("Chuyển Trung tâm phân loại", "Put into the centre's queue"),
    "action.refuse": ("Không tiếp nhận", "Refuse"),
    "action.publish": ("Công khai", "Publish"),
    "action.merge": ("Gộp với phản ánh khác", "Merge into another case"),
    "action.split": ("Tách thành nhiều phản ánh", "Split into several cases"),
    "action.support": ("Giao phối hợp xử lý", "Ask another agency to contribute"),
    "action.hide": ("Ẩn khỏi trang công khai", "Hide from the public"),
    "action.unhide": ("Hiện lại trên trang công khai", "Show to the public again"),
    "action.seal": ("Niêm phong", "Seal"),
    "action.grant": ("Đồng ý gia hạn", "Grant the extension"),
    "action.deny": ("Không đồng ý gia hạn", "Deny the extension"),
    "action.accept": ("Nhận xử lý", "Accept"),
    "action.ask": ("Đề nghị bổ sung thông tin", "Ask for more information"),
    "action.reply": ("Bổ sung thông tin", "Reply"),
    "action.time_out": ("Hết thời gian chờ bổ sung, tiếp tục xử lý", "No reply in time, handling goes on"),
    "action.answer": ("Trả lời", "Answer"),
    "action.hand_over": ("Chuyển cơ quan khác", "Hand over"),
    "action.give_back": ("Trả lại Trung tâm (không đúng thẩm quyền)", "Give back to the centre (not ours)"),
    "action.extend": ("Xin gia hạn", "Ask for an extension"),
    "action.contribute": ("Gửi ý kiến phối hợp", "Contribute"),
    "action.submit_approval": ("Trình ký duyệt", "Submit for approval"),
    "action.approve": ("Ký duyệt", "Approve"),
    "action.return": ("Trả lại dự thảo", "Return the draft"),
    "action.lapse": (
        "Không có cơ quan nhận chuyển giao, trả về Trung tâm",
        "Nobody took the hand-over, back to the centre",
    ),
    "action.remind": ("Nhắc tiếp nhận", "Reminder to accept"),
    "action.climb": ("Báo cấp tiếp theo trong danh sách trực", "Next on the duty roster told"),
    "action.warn": ("Nhắc sắp đến hạn", "Deadline near"),
    "action.breach": ("Quá hạn xử lý", "Deadline passed"),
    "action.escalate": ("Báo cáo cấp trên do quá hạn", "Escalated, overdue"),
    "action.reschedule": ("Điều chỉnh hạn xử lý theo lịch nghỉ", "Deadline moved by the calendar"),
    "action.transfer": ("Chuyển cơ quan kế thừa", "Moved to the succeeding agency"),
    "action.rate": ("Đánh giá", "Rate"),
    "action.reopen": ("Xử lý lại", "Handled again"),
    "action.close": ("Kết thúc", "Close"),
    "action.appeal": ("Đề nghị xem xét lại", "Ask for another look"),
    "action.withdraw": ("Rút phản ánh", "Withdraw"),
    "why.unrouted": ("Chưa có cơ quan phù hợp", "No rule finds an agency"),
    "why.given_back": ("Cơ quan trả lại", "Given back by its agency"),
    "why.lapsed": ("Không ai nhận chuyển giao", "Nobody took the hand-over"),
    "why.appealed": ("Người phản ánh đề nghị xem xét lại", "The reporter asks for another look"),
    "why.review": ("Chờ duyệt công khai", "Waiting to be published"),
    "why.extension": ("Cơ quan xin gia hạn", "The agency asks for more time"),
    "why.reopened": ("Bị mở lại hai lần", "Reopened twice"),
    "why.overdue": ("Quá hạn sau mọi lần nhắc", "Overdue beyond the last reminder"),
    "why.unsatisfied": ("Kết thúc, người phản ánh không hài lòng", "Ended with the reporter not satisfied"),
    "look.reveal": ("Xem danh tính người phản ánh", "Looked at the reporter's name and phone"),
    "look.open_sealed": ("Mở phản ánh đã niêm phong", "Opened the sealed case"),
    "by.citizen": ("Người phản ánh", "Reporter"),
    "by.dispatcher": ("Trung tâm Điều hành thông minh", "Operations centre"),
    "by.system": ("Hệ thống", "System"),
    "outcome.resolved": ("Đã giải quyết", "Resolved"),
    "outcome.scheduled": ("Hẹn thực hiện", "Scheduled"),
    "outcome.explained": ("Đã giải thích", "Explained"),
    "rating.satisfied": ("Hài lòng", "Satisfied"),
    "rating.acceptable": ("Chấp nhận được", "Acceptable"),
    "rating.unsatisfied": ("Không hài lòng", "Not satisfied"),
    "refusal.complaint": ("Khiếu nại", "Complaint under the law on complaints"),
    "refusal.denunciation": ("Tố cáo", "Denunciation"),
    "refusal.crime_report": ("Tố giác, tin báo về tội phạm", "Report of a crime"),
    "refusal.admin_rule": ("Kiến nghị về quy định hành chính", "Petition about an administrative rule"),
    "refusal.court": ("Vụ việc thuộc Tòa án", "Matter for a court"),
    "refusal.out_of_scope": ("Ngoài phạm vi tiếp nhận", "Out of scope"),
    "refusal.no_content": ("Không có nội dung cụ thể", "No concrete content"),
    "refusal.abuse": ("Nội dung không phù hợp", "Improper content"),
    "refusal_door.complaint": (
        "Nội dung này là khiếu nại, được giải quyết theo Luật Khiếu nại 2011. Xin gửi đơn đến cơ quan đã ra quyết định"
        " hoặc đến trực tiếp Trụ sở Tiếp công dân của tỉnh.",
        "This is a complaint under the Law on Complaints 2011. Please write to the office that took the decision"
        " or come to the province's citizens' reception office.",
    ),
    "refusal_door.denunciation": (
        "Nội dung này có dấu hiệu tố cáo. Ứng dụng không phải nơi tiếp nhận tố cáo (Luật Tố cáo 2018). Xin gửi đơn hoặc"
        " trình bày trực tiếp tại Thanh tra tỉnh hoặc Trụ sở Tiếp công dân của tỉnh; danh tính của Ông/Bà được giữ bí mật.",
        "This looks like a denunciation, which the app does not take (Law on Denunciations 2018). Please write to or visit the"
        " provincial inspectorate or the citizens' reception office; your identity is kept secret.",
    ),
    "refusal_door.crime_report": (
        "Tố giác, tin báo về tội phạm xin gửi ngay đến Công an xã, phường nơi gần nhất hoặc gọi 113.",
        "Please report crimes at once to the nearest commune police or call 113.",
    ),
    "refusal_door.admin_rule": (
        "Phản ánh, kiến nghị về quy định hành chính được tiếp nhận trên Cổng Dịch vụ công quốc gia"
        " (Nghị định 20/2008/NĐ-CP).",
        "Petitions about administrative rules are received at the National Public Service Portal (Decree 20/2008/ND-CP).",
    ),
    "refusal_door.court": (
        "Vụ việc thuộc thẩm quyền của Tòa án nhân dân. Xin liên hệ Tòa án nhân dân nơi cư trú.",
        "This is for the People's Court. Please turn to the court of your place of residence.",
    ),
    "refusal_door.out_of_scope": (
        "Nội dung không thuộc phạm vi giải quyết của chính quyền trong tỉnh. Xin liên hệ đơn vị cung cấp hoặc tổng đài 1022.",
        "This is outside what the province's government handles. Please turn to the provider or call 1022.",
    ),
    "refusal_door.no_content": (
        "Phản ánh chưa nêu sự việc, địa điểm cụ thể. Xin gửi lại với mô tả, vị trí và hình ảnh.",
        "No concrete matter or place was named. Please send it again with a description, the place and a picture.",
    ),
    "refusal_door.abuse": (
        "Nội dung có lời lẽ không phù hợp nên không được tiếp nhận. Xin gửi lại với lời lẽ đúng mực.",
        "The wording is improper, so it was not accepted. Please send it again in proper words.",
    ),
    **STAFF_WORDS,
    **LOOKUP_WORDS,
}


def say(key: str, language: str, **params: str | int | float) -> str:
    """The sentence `key` in `language` (vi or en), filled with `params`; raises KeyError for a key that is not there."""
    sentence = _sentence(key)[1 if language == "en" else 0]
    return sentence.format(**params) if params else sentence


def _sentence(key: str) -> tuple[str, str]:
    if key.startswith(("cell.", "sheet.")):
        # Imported on use: only who reports on uploads says these.
        from chalicelib.core.sheet_words import SHEET_WORDS

        return SHEET_WORDS[key]
    return WORDS[key]
