"""The words of the pages, in Vietnamese and English; what they share with the rest of the house stands in core/words.py."""

from collections.abc import Mapping

from chalicelib.core.words import say as say_anywhere
from chalicelib.pages.centre_words import CENTRE
from chalicelib.pages.dataset_words import DATASETS
from chalicelib.pages.office_words import OFFICE
from chalicelib.pages.problem_words import KINDS

WORDS: Mapping[str, tuple[str, str]] = {
    # Around every page
    "app": ("Công dân số YenBai-S", "YenBai-S"),
    "app.place": ("Tỉnh Yên Bái", "Yên Bái province"),
    "skip": ("Đến nội dung chính", "Skip to the content"),
    "footer.agency": (
        "Trang này dành cho cơ quan được giao xử lý. Xin không chuyển tiếp đường dẫn cho người ngoài cơ quan.",
        "This page is for the agency in charge. Please do not pass the link on outside the agency.",
    ),
    "footer.centre": (
        "Trung tâm Điều hành thông minh tỉnh Yên Bái",
        "Intelligent Operations Centre of Yên Bái province",
    ),
    "back": ("Quay lại phản ánh", "Back to the feedback"),
    "error.heading": ("Chưa gửi được", "Not sent yet"),
    "error.title": ("Lỗi: {title}", "Error: {title}"),
    "error.intro": (
        "Xin sửa các mục dưới đây rồi gửi lại. Những gì đã nhập vẫn còn nguyên.",
        "Please correct these and send again. What you typed is still here.",
    ),
    "error.stale": (
        "Trang đã mở quá lâu nên chưa gửi đi. Những gì đã nhập vẫn còn nguyên: xin kiểm tra rồi bấm gửi lần nữa.",
        "The page had been open for too long, so nothing was sent. What you typed is still here: please check it and send"
        " again.",
    ),
    "optional": ("không bắt buộc", "optional"),
    "feedback": ("Phản ánh {code}", "Feedback {code}"),
    # What happens next, and by when
    "next.assigned": (
        "Xin nhận xử lý và trả lời người dân trước {deadline}",
        "Please accept, and answer before {deadline}",
    ),
    "next.in_progress": ("Xin trả lời người dân trước {deadline}", "Please answer before {deadline}"),
    "next.overdue": (
        "Đã quá hạn trả lời ({deadline}). Xin trả lời ngay",
        "The answer was due at {deadline}. Please answer now",
    ),
    "next.offered": ("Đang chờ {other} nhận xử lý", "Waiting for {other} to accept"),
    "next.offered.more": (
        "Cho đến khi nơi nhận đồng ý, phản ánh vẫn thuộc {agency}, hạn trả lời {deadline}.",
        "Until they accept, the case remains with {agency}, to be answered before {deadline}.",
    ),
    "next.waiting": (
        "Đang chờ người phản ánh bổ sung, chậm nhất {until}",
        "Waiting for the reporter, until {until} at the latest",
    ),
    "next.waiting.more": (
        "Thời hạn xử lý tạm dừng trong lúc chờ. Nếu đã đủ thông tin, có thể trả lời ngay.",
        "Your time stands still meanwhile. If you know enough, you can answer now.",
    ),
    "next.answered": ("Đã trả lời người dân. Hiện không cần làm gì thêm", "Answered. Nothing is left to do now"),
    "next.answered.more": (
        "Người phản ánh có thể đánh giá đến {until}. Nếu chưa hài lòng, phản ánh được giao lại kèm đường dẫn mới.",
        "The reporter can rate until {until}. If unsatisfied, the case comes back with a new link.",
    ),
    "next.scheduled": (
        "Đã trả lời và hẹn thực hiện trước {date}",
        "Answered, with work promised before {date}",
    ),
    "next.receiver": (
        "{other} đề nghị chuyển phản ánh này cho {agency}",
        "{other} would like {agency} to take this case",
    ),
    "next.receiver.more": (
        "Xin nhận xử lý, hoặc trả lại nếu không đúng thẩm quyền. Thời hạn trả lời được tính từ lúc nhận.",
        "Please accept, or give it back if it is not yours. Your time begins when you accept.",
    ),
    "next.extension": (
        "Đã xin gia hạn đến {until}, đang chờ Trung tâm xem xét. Hạn hiện tại chưa thay đổi.",
        "An extension until {until} was asked for; the centre decides. The present deadline still holds.",
    ),
    "next.reopened": (
        "Người phản ánh chưa hài lòng với lần trả lời trước",
        "The reporter was not satisfied with the earlier answer",
    ),
    "status.label": ("Trạng thái", "Status"),
    "level.urgent": ("Khẩn", "Urgent"),
    # Time left
    "left.days": ("Còn {n} ngày làm việc", "{n} working days left"),
    "left.day": ("Còn 1 ngày làm việc", "1 working day left"),
    "left.today": ("Hạn trong hôm nay", "Due today"),
    "left.hours": ("Còn {n} giờ", "{n} hours left"),
    "left.minutes": ("Còn {n} phút", "{n} minutes left"),
    "over.days": ("Quá hạn {n} ngày làm việc", "{n} working days overdue"),
    "over.day": ("Quá hạn 1 ngày làm việc", "1 working day overdue"),
    "over.today": ("Quá hạn từ hôm nay", "Overdue since today"),
    "over.hours": ("Quá hạn {n} giờ", "{n} hours overdue"),
    "over.minutes": ("Quá hạn {n} phút", "{n} minutes overdue"),
    "left.paused": ("Thời hạn tạm dừng", "Time stands still"),
    # The matter
    "matter": ("Nội dung phản ánh", "What was reported"),
    "matter.category": ("Lĩnh vực", "Category"),
    "matter.where": ("Địa điểm", "Place"),
    "matter.map": ("Tọa độ", "Coordinates"),
    "matter.sent": ("Gửi lúc", "Sent"),
    "matter.occurred": ("Xảy ra lúc", "Happened"),
    "matter.contact": ("Người phản ánh", "Reporter"),
    "matter.no_contact": ("Không chia sẻ liên hệ.", "Not shared."),
    "matter.ask_instead": (
        "Cần hỏi thêm, xin dùng “Đề nghị bổ sung thông tin”.",
        "To ask something, use “Ask for more information”.",
    ),
    "matter.no_name": ("(không ghi tên)", "(no name given)"),
    "photos": ("Ảnh người dân gửi", "Photos from the reporter"),
    "photo.open": ("Mở ảnh {n}", "Open photo {n}"),
    "document.open": ("Mở tài liệu {n} (PDF)", "Open document {n} (PDF)"),
    "photos.none": ("Người dân không gửi ảnh.", "No photos came with it."),
    "history": ("Quá trình xử lý", "History"),
    "answer": ("Trả lời của cơ quan", "The agency's answer"),
    "answer.earlier": ("Lần trả lời trước", "The earlier answer"),
    "answer.result": ("Kết quả xử lý", "Result"),
    "answer.next_step": ("Việc làm tiếp theo", "Next step"),
    "answer.scheduled_for": ("Hẹn thực hiện trước", "To be done before"),
    "answer.photos": ("Ảnh, tài liệu minh chứng", "Evidence"),
    "answer.document": (
        "Văn bản số {number}, ngày {date}, người ký: {signer}",
        "Document {number} of {date}, signed by {signer}",
    ),
    # Tasks
    "tasks": ("Việc khác", "Other tasks"),
    "task.accept": ("Nhận xử lý", "Accept"),
    "task.answer": ("Trả lời người dân", "Answer"),
    "task.ask": ("Đề nghị bổ sung thông tin", "Ask for more information"),
    "task.hand_over": ("Chuyển cơ quan khác", "Hand over to another agency"),
    "task.give_back": ("Trả lại Trung tâm", "Give back to the centre"),
    "task.give_back.receiver": ("Không nhận, trả lại", "Do not take it, give it back"),
    "task.extend": ("Xin gia hạn", "Ask for an extension"),
    "hint.answer": ("Nêu kết quả, kèm ảnh nếu có", "Say what came of it, with photos if there are any"),
    "hint.ask": ("Khi thông tin chưa đủ để xử lý", "If you need to know more to act"),
    "hint.hand_over": ("Khi nơi khác mới có thẩm quyền", "If another agency is competent"),
    "hint.give_back": ("Khi không đúng thẩm quyền, đến {until}", "If it is not yours, until {until}"),
    "hint.extend": ("Chỉ một lần; Trung tâm quyết định", "Once; the centre decides"),
    # Confirmations after a task
    "done.accept": ("Đã nhận xử lý.", "Accepted."),
    "done.answer": (
        "Đã gửi trả lời. Người phản ánh được báo và mời đánh giá.",
        "The answer was sent. The reporter is told and invited to rate it.",
    ),
    "done.ask": (
        "Đã gửi câu hỏi cho người phản ánh. Phần bổ sung sẽ hiện trên trang này.",
        "The question was sent to the reporter. The reply will appear on this page.",
    ),
    "done.hand_over": (
        "Đã đề nghị chuyển. Phản ánh chỉ chuyển đi khi nơi nhận đồng ý.",
        "The hand-over was offered. The case moves only when they accept.",
    ),
    "done.give_back": ("Đã trả lại.", "Given back."),
    "done.extend": ("Đã gửi đề nghị gia hạn đến Trung tâm.", "The centre has been asked for an extension."),
    # Forms
    "form.choose": ("Chọn một mục", "Choose one"),
    "form.least": ("Ít nhất {least} ký tự.", "At least {least} characters."),
    "form.count": ("{n} ký tự", "{n} characters"),
    "form.lacking": ("Cần thêm {n} ký tự", "{n} more characters needed"),
    "accept.button": ("Nhận xử lý", "Accept"),
    "answer.title": ("Trả lời người dân", "Answer"),
    "answer.public": (
        "Câu trả lời được gửi cho người phản ánh và đăng công khai cùng phản ánh (nếu phản ánh công khai).",
        "The answer goes to the reporter and is published with the case, if the case is public.",
    ),
    "answer.button": ("Gửi trả lời", "Send the answer"),
    "answer.confirm": ("Gửi trả lời cho người dân?", "Send this answer?"),
    "outcome": ("Kết luận", "Outcome"),
    "outcome.resolved": ("Đã giải quyết xong", "Resolved"),
    "outcome.scheduled": ("Hẹn thực hiện", "Work is promised"),
    "outcome.scheduled.hint": ("Chưa xong, có ngày hẹn cụ thể", "Not done yet, with a definite date"),
    "outcome.explained": ("Giải thích, hướng dẫn", "Explained"),
    "outcome.explained.hint": ("Không phải việc cần làm hoặc chưa thể làm", "Nothing to be done, or it cannot be done"),
    "result.hint": (
        "Đã làm gì, kết quả ra sao, còn lại việc gì? Ít nhất {least} ký tự.",
        "What was done, with what result, what is left? At least {least} characters.",
    ),
    "next_step.hint": (
        "Ai làm gì, khi nào xong. Cần có khi hẹn thực hiện.",
        "Who does what, until when. Needed where work is promised.",
    ),
    "scheduled_for.hint": ("Cần có khi hẹn thực hiện.", "Needed where work is promised."),
    "evidence.title": ("Ảnh, tài liệu minh chứng", "Photos and documents"),
    "evidence.hint": (
        "Tối đa {most} tệp, mỗi tệp đến 10 MB: ảnh JPEG, PNG, WebP, HEIC hoặc văn bản PDF.",
        "Up to {most} files of at most 10 MB: JPEG, PNG, WebP or HEIC photos, or PDF documents.",
    ),
    "evidence.first": (
        "Xin tải tệp lên trước khi viết: tải lên sẽ mở lại trang này.",
        "Please upload before you write: uploading opens this page anew.",
    ),
    "evidence.choose": ("Chọn tệp", "Choose a file"),
    "evidence.upload": ("Tải lên", "Upload"),
    "evidence.uploading": ("Đang tải lên…", "Uploading…"),
    "evidence.failed": (
        "Chưa tải lên được. Xin thử lại, hoặc chọn tệp nhỏ hơn.",
        "The upload failed. Please try again, or choose a smaller file.",
    ),
    "evidence.missing": (
        "Chưa nhận được tệp vừa tải lên. Chỉ nhận ảnh JPEG, PNG, WebP, HEIC hoặc PDF. Nếu đúng loại, xin tải lại trang.",
        "The file has not arrived. Only JPEG, PNG, WebP, HEIC and PDF are taken. If it is one of these, please reload.",
    ),
    "evidence.arrived": ("Đã nhận tệp.", "The file has arrived."),
    "evidence.full": ("Đã đủ {most} tệp.", "There are {most} files already."),
    "evidence.attach": ("Kèm ảnh {n}", "Attach photo {n}"),
    "evidence.attach_document": ("Kèm tài liệu {n} (PDF)", "Attach document {n} (PDF)"),
    "evidence.list": ("Tệp kèm trả lời", "Files to attach"),
    "document.number": ("Số, ký hiệu văn bản", "Number of the document"),
    "document.date": ("Ngày ký", "Date of signing"),
    "document.signer": ("Người ký", "Signed by"),
    "ask.title": ("Đề nghị bổ sung thông tin", "Ask for more information"),
    "ask.intro": (
        "Người phản ánh nhận câu hỏi qua ứng dụng và tin nhắn, có 5 ngày làm việc để trả lời. Thời hạn xử lý tạm dừng"
        " trong lúc chờ.",
        "The reporter gets the question in the app and by message, with 5 working days to reply. Your time stands still"
        " meanwhile.",
    ),
    "ask.question": ("Câu hỏi", "Question"),
    "ask.hint": ("Hỏi đúng điều cần biết để xử lý.", "Ask just what you need to know."),
    "ask.button": ("Gửi câu hỏi", "Send the question"),
    "hand_over.title": ("Chuyển cơ quan khác", "Hand over to another agency"),
    "hand_over.intro": (
        "Phản ánh chỉ chuyển đi khi nơi nhận đồng ý. Cho đến lúc đó, cơ quan của Ông/Bà vẫn chịu trách nhiệm.",
        "The case moves only when the other agency accepts. Until then it remains yours.",
    ),
    "hand_over.agency": ("Cơ quan nhận", "Agency"),
    "hand_over.filter": ("Lọc danh sách theo tên", "Filter the list by name"),
    "hand_over.filter_hint": ("Gõ vài chữ, có dấu hoặc không dấu.", "Type a few letters."),
    "hand_over.some": (
        "{n} cơ quan khớp: xin chọn trong danh sách dưới đây.",
        "{n} agencies match: please choose from the list below.",
    ),
    "hand_over.one": ("Đã chọn cơ quan khớp tên.", "The agency that matches is chosen."),
    "hand_over.none": ("Không có cơ quan nào khớp.", "No agency matches."),
    "hand_over.button": ("Đề nghị chuyển", "Offer the hand-over"),
    "group.likely": ("Thường liên quan", "Likely"),
    "group.province": ("Cấp tỉnh", "Province"),
    "group.other": ("Đơn vị khác", "Others"),
    "reason": ("Lý do", "Reason"),
    "reason.hint": (
        "Người phản ánh đọc được lý do này. Ít nhất {least} ký tự.",
        "The reporter can read it. At least {least} characters.",
    ),
    "give_back.title": ("Trả lại Trung tâm", "Give back to the centre"),
    "give_back.title.receiver": ("Không nhận, trả lại", "Do not take it, give it back"),
    "give_back.intro": (
        "Chỉ trả lại khi phản ánh không đúng thẩm quyền, trong 8 giờ làm việc kể từ khi giao (đến {until})."
        " Đường dẫn này hết hiệu lực sau khi trả lại.",
        "Only if the case is not yours, within 8 working hours of its assignment (until {until})."
        " This link ends with it.",
    ),
    "give_back.intro.receiver": (
        "Phản ánh vẫn thuộc {other}. Đường dẫn này hết hiệu lực sau khi trả lại.",
        "The case stays with {other}. This link ends with it.",
    ),
    "give_back.button": ("Trả lại", "Give back"),
    "give_back.confirm": ("Trả lại phản ánh này?", "Give this case back?"),
    "extend.title": ("Xin gia hạn", "Ask for an extension"),
    "extend.intro": (
        "Chỉ được xin một lần. Hạn {deadline} giữ nguyên cho đến khi Trung tâm đồng ý.",
        "Possible once. The deadline {deadline} holds until the centre agrees.",
    ),
    "extend.until": ("Xin gia hạn đến ngày", "Until"),
    "extend.until_hint": ("Sau hạn hiện tại.", "After the present deadline."),
    "extend.button": ("Gửi đề nghị", "Send"),
    # Pages that say why not
    "conflict.heading": ("Việc này không làm được nữa", "That is no longer possible"),
    "conflict.more": (
        "Phản ánh vừa thay đổi, hoặc việc này đã làm rồi. Trang dưới đây là tình trạng hiện nay.",
        "The case has changed, or it was done already. The page below shows how it stands now.",
    ),
    "conflict.kept": ("Nội dung vừa nhập (chưa gửi):", "What you typed (not sent):"),
    "ended.title": ("Đường dẫn đã hết hiệu lực", "This link has ended"),
    "ended.why": ("Lần giao xử lý này đã kết thúc.", "This assignment is over."),
    "ended.give_back": ("{by} đã trả lại phản ánh {code} lúc {at}.", "{by} gave feedback {code} back at {at}."),
    "ended.accept": ("{by} đã nhận phản ánh {code} lúc {at}.", "{by} accepted feedback {code} at {at}."),
    "ended.assign": ("Phản ánh {code} đã được giao lại lúc {at}.", "Feedback {code} was assigned anew at {at}."),
    "ended.withdraw": (
        "Người phản ánh đã rút phản ánh {code} lúc {at}.",
        "The reporter withdrew feedback {code} at {at}.",
    ),
    "ended.rate": (
        "Người phản ánh đã đánh giá câu trả lời cho phản ánh {code} lúc {at}; phản ánh đã kết thúc.",
        "The reporter rated the answer to feedback {code} at {at}; the case is closed.",
    ),
    "ended.reopen": (
        "Người phản ánh đánh giá chưa hài lòng lúc {at}. Phản ánh {code} được giao lại, kèm đường dẫn mới trong thư và tin nhắn.",
        "The reporter was not satisfied at {at}. Feedback {code} came back with a new link, by e-mail and SMS.",
    ),
    "ended.close": ("Phản ánh {code} đã kết thúc lúc {at}.", "Feedback {code} was closed at {at}."),
    "ended.answer": ("{by} đã trả lời phản ánh {code} lúc {at}.", "{by} answered feedback {code} at {at}."),
    "ended.refuse": (
        "Trung tâm không tiếp nhận phản ánh {code} lúc {at}.",
        "The centre did not accept feedback {code} at {at}.",
    ),
    "ended.what": (
        "Nếu cơ quan vẫn phải xử lý, xin mở đường dẫn mới nhất trong thư hoặc tin nhắn.",
        "If your agency still has it to do, please open the newest link in your e-mail or SMS.",
    ),
    "lost.title": ("Không tìm thấy trang", "Page not found"),
    "lost.link": ("Đường dẫn không đúng hoặc bị cắt mất một phần.", "The link is wrong or was cut off."),
    "lost.link_what": (
        "Xin mở lại đường dẫn từ thư hoặc tin nhắn, sao chép đủ đến chữ cuối cùng.",
        "Please open it again from your e-mail or SMS, complete to the last letter.",
    ),
    "lost.code": ("Không có phản ánh mang mã này.", "There is no feedback with this code."),
    "lost.code_what": (
        "Xin kiểm tra mã gồm 11 chữ và số trong tin nhắn, hoặc xem trong ứng dụng YenBai-S.",
        "Please check the code of 11 letters and digits in your SMS, or look in the YenBai-S app.",
    ),
    "lost.page": ("Không có trang ở địa chỉ này.", "There is no page at this address."),
    "lost.page_what": ("Xin kiểm tra lại địa chỉ.", "Please check the address."),
    "problem.what": (
        "Xin quay lại trang trước và thử lại. Nếu vẫn không được, xin liên hệ Trung tâm Điều hành thông minh.",
        "Please go back and try again. If it does not help, please turn to the operations centre.",
    ),
    # The page a citizen follows
    "track.title": ("Theo dõi phản ánh {code}", "Feedback {code}"),
    "track.received": (
        "Trung tâm phân loại và giao cơ quan xử lý. Trả lời trước {deadline}.",
        "The centre finds the agency in charge. An answer is due before {deadline}.",
    ),
    "track.assigned": ("{agency} trả lời trước {deadline}.", "{agency} answers before {deadline}."),
    "track.overdue": (
        "{agency} đã quá hạn trả lời ({deadline}).",
        "{agency} is late; the answer was due at {deadline}.",
    ),
    "track.overdue_centre": (
        "Đã quá hạn trả lời ({deadline}); Trung tâm chưa phân loại xong.",
        "The answer was due at {deadline}; the centre has not sorted it yet.",
    ),
    "track.waiting": (
        "Cơ quan đang chờ người phản ánh bổ sung thông tin trong ứng dụng.",
        "The agency waits for the reporter, who can reply in the app.",
    ),
    "track.answered": (
        "Người phản ánh có thể đánh giá trong ứng dụng đến {until}.",
        "The reporter can rate the answer in the app until {until}.",
    ),
    "track.done": ("Việc xử lý đã kết thúc.", "Handling has ended."),
    "track.private": (
        "Nội dung chi tiết chỉ hiển thị cho người phản ánh, trong ứng dụng YenBai-S.",
        "The details are shown to the reporter only, in the YenBai-S app.",
    ),
}


def say(key: str, language: str, **params: str | int | float) -> str:
    """The words `key` in `language` (vi or en), of the pages or else of the house; raises KeyError for an unknown one."""
    found = WORDS.get(key) or OFFICE.get(key) or CENTRE.get(key) or DATASETS.get(key) or KINDS.get(key)
    if found is None:
        return say_anywhere(key, language, **params)
    sentence = found[1 if language == "en" else 0]
    return sentence.format(**params) if params else sentence
