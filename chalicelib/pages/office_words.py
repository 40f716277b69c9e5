"""The words of what passes between offices: approval (ký duyệt), supporting agencies, hand-overs, who held a case."""

from collections.abc import Mapping

OFFICE: Mapping[str, tuple[str, str]] = {
    # Approval
    "status.office.awaiting_approval": ("Chờ ký duyệt", "Waiting for approval"),
    "next.awaiting_approval": (
        "Dự thảo trả lời đang chờ ký duyệt, hạn trả lời {deadline}",
        "The draft waits for the head's approval, to be answered before {deadline}",
    ),
    "next.awaiting_approval.more": (
        "Thời hạn xử lý vẫn tính. Nếu Thủ trưởng trả lại dự thảo, trang này mở lại phần soạn trả lời.",
        "The time runs on. If the head returns the draft, this page lets you write the answer again.",
    ),
    "next.returned": ("Thủ trưởng đã trả lại dự thảo", "The head returned the draft"),
    "next.head.awaiting_approval": (
        "Xin ký duyệt câu trả lời trước {deadline}",
        "Please approve the answer before {deadline}",
    ),
    "next.head.overdue": (
        "Đã quá hạn trả lời ({deadline}). Xin ký duyệt ngay",
        "The answer was due at {deadline}. Please approve it now",
    ),
    "next.head.none": (
        "Hiện không có dự thảo nào chờ ký duyệt",
        "There is no draft to approve at present",
    ),
    "next.head.none.more": (
        "Cán bộ phụ trách đang xử lý, hạn trả lời {deadline}. Khi có dự thảo, đường dẫn này mở ra để ký duyệt.",
        "The officer in charge is at it, to be answered before {deadline}. Once there is a draft, this link opens it.",
    ),
    "draft": ("Dự thảo câu trả lời", "Draft of the answer"),
    "draft.public": (
        "Người dân sẽ đọc đúng nội dung này sau khi Thủ trưởng ký duyệt.",
        "This is what people will read once the head has approved it.",
    ),
    "task.submit_approval": ("Soạn trả lời, trình ký duyệt", "Write the answer for approval"),
    "hint.submit_approval": ("Thủ trưởng ký duyệt rồi mới gửi người dân", "It is sent once the head has approved it"),
    "done.submit_approval": (
        "Đã trình ký duyệt. Thủ trưởng nhận đường dẫn riêng để duyệt.",
        "Submitted. The head gets a link of his own to approve it.",
    ),
    "submit_approval.title": ("Soạn trả lời, trình ký duyệt", "Write the answer for approval"),
    "submit_approval.public": (
        "Dự thảo được trình Thủ trưởng cơ quan. Sau khi ký duyệt, câu trả lời được gửi cho người phản ánh và đăng công khai"
        " cùng phản ánh (nếu phản ánh công khai).",
        "The draft goes to the head of the agency. Once approved, it is sent to the reporter and published with the case, if"
        " the case is public.",
    ),
    "submit_approval.button": ("Trình ký duyệt", "Submit for approval"),
    "submit_approval.confirm": ("Trình dự thảo này để ký duyệt?", "Submit this draft for approval?"),
    "task.approve": ("Ký duyệt", "Approve"),
    "hint.approve": ("Cần mã gửi đến điện thoại của Thủ trưởng", "Needs a code sent to the head's phone"),
    "done.approve": (
        "Đã ký duyệt. Câu trả lời đã gửi cho người phản ánh.",
        "Approved. The answer was sent to the reporter.",
    ),
    "approve.title": ("Ký duyệt câu trả lời", "Approve the answer"),
    "approve.first": ("Bước 1: nhận mã", "Step 1: get the code"),
    "approve.first_hint": (
        "Mã 6 chữ số được gửi bằng tin nhắn đến số di động của Thủ trưởng cơ quan, có hiệu lực 10 phút, dùng một lần và chỉ"
        " cho dự thảo này.",
        "Six digits are sent by SMS to the mobile number of the agency's head. They are valid for 10 minutes, once, and for"
        " this draft only.",
    ),
    "approve.send": ("Gửi mã", "Send the code"),
    "approve.send_again": ("Gửi lại mã", "Send it again"),
    "approve.sent": (
        "Đã gửi mã đến số điện thoại kết thúc bằng {end}. Mã có hiệu lực trong {minutes} phút.",
        "The code was sent to the number ending in {end}. It is valid for {minutes} minutes.",
    ),
    "approve.second": ("Bước 2: nhập mã và ký duyệt", "Step 2: enter the code and approve"),
    "approve.code": ("Mã ký duyệt", "Code"),
    "approve.code_hint": ("6 chữ số trong tin nhắn.", "The six digits of the SMS."),
    "approve.button": ("Ký duyệt và gửi người dân", "Approve and send"),
    "task.return": ("Trả lại dự thảo", "Return the draft"),
    "hint.return": ("Kèm lý do, để cán bộ sửa lại", "With a reason, for the officer to mend it"),
    "done.return": ("Đã trả lại dự thảo cho cán bộ phụ trách.", "The draft was returned to the officer in charge."),
    "return.title": ("Trả lại dự thảo", "Return the draft"),
    "return.intro": (
        "Dự thảo trở về cán bộ phụ trách kèm lý do. Hạn trả lời {deadline} không thay đổi.",
        "The draft goes back to the officer in charge with the reason. The deadline {deadline} stays.",
    ),
    "return.reason_hint": (
        "Chỉ cán bộ phụ trách đọc được, người dân không thấy. Ít nhất {least} ký tự.",
        "Only the officer in charge can read it. At least {least} characters.",
    ),
    "return.button": ("Trả lại dự thảo", "Return the draft"),
    # Supporting agencies
    "next.supporter": (
        "Xin gửi ý kiến phối hợp cho {lead}",
        "Please tell {lead} what you can contribute",
    ),
    "next.supporter.more": (
        "{lead} chủ trì và trả lời người dân, hạn {deadline}. {agency} chỉ gửi ý kiến, tài liệu.",
        "{lead} is in charge and answers before {deadline}. {agency} only contributes.",
    ),
    "next.supporter.asked": ("Đề nghị của Trung tâm", "What the centre asks"),
    "next.supporter.answered": (
        "{lead} đã trả lời người dân. Hiện không cần làm gì thêm",
        "{lead} has answered. Nothing is left to do now",
    ),
    "task.contribute": ("Gửi ý kiến phối hợp", "Contribute"),
    "hint.contribute": (
        "Ý kiến, ảnh, tài liệu cho cơ quan chủ trì",
        "Words, photos, documents for the agency in charge",
    ),
    "done.contribute": (
        "Đã gửi ý kiến. Cơ quan chủ trì thấy ngay trên trang của mình.",
        "Sent. The agency in charge sees it on its page.",
    ),
    "contribute.title": ("Gửi ý kiến phối hợp", "Contribute"),
    "contribute.public": (
        "Ý kiến gửi cho cơ quan chủ trì, không gửi cho người dân và không đăng công khai.",
        "It goes to the agency in charge, neither to the reporter nor to the public.",
    ),
    "contribute.text": ("Ý kiến phối hợp", "What you have to say"),
    "contribute.text_hint": (
        "Nêu rõ thông tin, việc đã làm hoặc đề xuất. Ít nhất {least} ký tự.",
        "Facts, what was done, or what you propose. At least {least} characters.",
    ),
    "contribute.files": ("Tệp kèm ý kiến", "Files to attach"),
    "contribute.button": ("Gửi ý kiến", "Send"),
    "contribute.confirm": ("Gửi ý kiến này cho cơ quan chủ trì?", "Send this to the agency in charge?"),
    "support": ("Ý kiến phối hợp", "Contributions"),
    "support.none": ("Chưa có ý kiến.", "Nothing yet."),
    # Hand-overs and extensions
    "next.receiver.by": (
        "Xin nhận hoặc trả lại trước {until}. Quá thời hạn này, phản ánh trở về Trung tâm để giao lại.",
        "Please accept or give it back before {until}. After that the case goes back to the centre.",
    ),
    "next.offered.by": (
        "Nếu nơi nhận không đồng ý trước {until}, phản ánh trở về Trung tâm để giao lại.",
        "If they do not accept before {until}, the case goes back to the centre.",
    ),
    "next.extension.granted": (
        "Trung tâm đã đồng ý gia hạn đến {until}.",
        "The centre has granted an extension until {until}.",
    ),
    "next.extension.denied": (
        "Trung tâm không đồng ý gia hạn. Hạn trả lời giữ nguyên.",
        "The centre has denied the extension. The deadline stays.",
    ),
    # Who held it
    "held": ("Các cơ quan đã giữ phản ánh", "Who has held the case"),
    "held.from": ("từ {since}", "since {since}"),
    "held.span": ("{since} – {until}", "{since} – {until}"),
    "held.days": ("{n} ngày làm việc", "{n} working days"),
    # Links that have ended
    "ended.lapse": (
        "Phản ánh {code} đã trở về Trung tâm lúc {at}, vì nơi được đề nghị chuyển không nhận trong thời hạn.",
        "Feedback {code} went back to the centre at {at}, since the hand-over was not accepted in time.",
    ),
    "ended.merge": (
        "Trung tâm đã gộp phản ánh {code} vào một phản ánh khác lúc {at}.",
        "The centre merged feedback {code} into another one at {at}.",
    ),
    "ended.split": (
        "Trung tâm đã tách phản ánh {code} thành nhiều phản ánh lúc {at}.",
        "The centre split feedback {code} into several at {at}.",
    ),
    "ended.transfer": (
        "Phản ánh {code} đã chuyển cho cơ quan kế thừa lúc {at}.",
        "Feedback {code} moved to the succeeding agency at {at}.",
    ),
    "ended.queue": (
        "Phản ánh {code} đã trở về Trung tâm để giao lại lúc {at}, vì cơ quan xử lý đã ngừng hoạt động.",
        "Feedback {code} went back to the centre at {at}, since the agency in charge has ended.",
    ),
    "ended.hand_over": (
        "Đề nghị chuyển phản ánh {code} đã được gửi cho cơ quan kế thừa lúc {at}.",
        "The hand-over of feedback {code} was offered to the succeeding agency at {at}.",
    ),
    "ended.submit_approval": (
        "{by} đã soạn câu trả lời cho phản ánh {code} và trình ký duyệt lúc {at}.",
        "{by} wrote the answer to feedback {code} and submitted it for approval at {at}.",
    ),
}
