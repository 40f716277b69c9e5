"""What each type of problem means and what to do, for its page; the titles are `problem.*` of core/words.py."""

from collections.abc import Mapping

KINDS: Mapping[str, tuple[str, str]] = {
    "kind.malformed": (
        "Máy chủ không đọc được nội dung gửi lên (không phải JSON hợp lệ, không phải UTF-8 hoặc có khóa lặp lại)."
        " Xin sửa cách gửi.",
        "The server could not read what was sent (not valid JSON, not UTF-8, or with duplicate keys). Please correct it.",
    ),
    "kind.invalid": (
        "Một số mục còn thiếu hoặc chưa đúng. Danh sách “errors” nêu từng mục và cách sửa.",
        "Some fields are missing or wrong. The list “errors” names each of them and what it must be.",
    ),
    "kind.unauthenticated": (
        "Việc này cần đăng nhập, hoặc phiên đăng nhập đã hết hạn. Xin đăng nhập lại.",
        "This needs a sign-in, or the sign-in has expired. Please sign in again.",
    ),
    "kind.forbidden": (
        "Tài khoản đang dùng không được làm việc này.",
        "The account in use may not do this.",
    ),
    "kind.not-found": (
        "Không có nội dung ở địa chỉ này, hoặc người gọi không được biết đến nội dung đó.",
        "There is nothing at this address, or the caller may not know of it.",
    ),
    "kind.gone": (
        "Nội dung từng có nhưng đã kết thúc, như đường dẫn của một lần giao xử lý đã xong.",
        "It was there and has ended, such as the link of an assignment that is over.",
    ),
    "kind.not-possible-now": (
        "Trạng thái hiện tại của phản ánh không cho phép việc này. “next_actions” nêu những việc làm được.",
        "The present state of the feedback does not allow this. “next_actions” lists what it allows.",
    ),
    "kind.conflict": (
        "Yêu cầu trái với dữ liệu đã có, thường vì người khác vừa thay đổi. Xin xem lại rồi thử tiếp.",
        "The request contradicts what stands, mostly because somebody else was faster. Please look again and retry.",
    ),
    "kind.too-large": (
        "Nội dung gửi lên quá lớn. Ảnh và tài liệu được tải lên riêng.",
        "What was sent is too large. Photos and documents are uploaded apart.",
    ),
    "kind.too-many": (
        "Đã thử quá nhiều lần trong thời gian ngắn. “Retry-After” cho biết cần chờ bao nhiêu giây.",
        "There were too many attempts in a short time. “Retry-After” says how many seconds to wait.",
    ),
    "kind.unavailable": (
        "Một phần của hệ thống đang bận. Thử lại sau ít giây là an toàn.",
        "Part of the system is busy. Trying again after some seconds is safe.",
    ),
    "kind.method-not-allowed": (
        "Địa chỉ này không nhận phương thức đã dùng.",
        "This address does not take the method that was used.",
    ),
    "kind.unsupported-media-type": (
        "Cần gửi JSON với Content-Type: application/json.",
        "Please send JSON with Content-Type: application/json.",
    ),
    "kind.internal": (
        "Hệ thống gặp lỗi. Lỗi đã được ghi nhận với mã trong tiêu đề X-Request-Id.",
        "Something went wrong on our side. It was recorded under the number in the header X-Request-Id.",
    ),
}
