"""Pairs of matters as people write them, labelled by hand: the same matter told twice, or two matters of one neighbourhood.

Written for this test; nobody wrote them. Each pair is as hard as life makes it: other words for the same hole, one without
diacritics, one short and one long, another category chosen; and on the other side two matters of one street.
"""

from typing import NamedTuple


class Told(NamedTuple):
    """What one person wrote, under which category."""

    category: str
    text: str


class Pair(NamedTuple):
    """Two tellings so many metres apart, and whether they tell of one matter."""

    one: Told
    other: Told
    metres: int
    same: bool


def _same(one: tuple[str, str], other: tuple[str, str], metres: int) -> Pair:
    return Pair(Told(*one), Told(*other), metres, True)


def _apart(one: tuple[str, str], other: tuple[str, str], metres: int) -> Pair:
    return Pair(Told(*one), Told(*other), metres, False)


PAIRS = (
    _same(
        ("duong_sa", "Ổ gà lớn giữa đường trước cổng trường Nguyễn Trãi, xe máy đã ngã hai lần trong tuần."),
        (
            "duong_sa",
            "Trước cổng trường tiểu học Nguyễn Trãi có ổ gà rất sâu, trời mưa không thấy, đã có người ngã xe.",
        ),
        25,
    ),
    _same(
        ("duong_sa", "Đường vào thôn 5 bị hỏng nặng, nhiều ổ gà, ổ voi, xe tải chở đá chạy suốt ngày."),
        ("duong_sa", "duong vao thon 5 hong nang lam roi, o ga o voi khap noi, xe tai cho da chay nhieu qua"),
        140,
    ),
    _same(
        ("duong_sa", "Gương cầu lồi ở khúc cua dốc Đỏ bị vỡ, hai xe suýt đâm nhau sáng nay."),
        ("duong_sa", "Khúc cua dốc Đỏ: gương cầu vỡ mất một nửa, đề nghị thay gương mới."),
        40,
    ),
    _same(
        ("sat_lo", "Taluy dương sạt xuống gần nửa mặt đường tỉnh 163, đất đá vẫn đang rơi."),
        ("duong_sa", "Đường tỉnh 163 bị sạt lở taluy, đất đá tràn ra nửa mặt đường, xe khách không qua được."),
        90,
    ),
    _same(
        ("sat_lo", "Cây đổ chắn ngang đường đi xã Minh Bảo sau cơn giông tối qua."),
        ("chieu_sang_cay_xanh", "Giông tối qua làm cây xà cừ đổ chắn ngang đường Minh Bảo, chưa ai đến cắt."),
        60,
    ),
    _same(
        ("sat_lo", "Cầu treo Nước Mát gãy mấy tấm ván, dây cáp rỉ hết, học sinh vẫn đi qua hằng ngày."),
        ("duong_sa", "Cầu treo Nước Mát mất nhiều tấm ván mặt cầu, các cháu học sinh đi qua rất nguy hiểm."),
        30,
    ),
    _same(
        ("chieu_sang_cay_xanh", "Đèn đường ngõ 12 phố Hòa Bình tắt cả tuần nay, tối om, phụ nữ không dám đi."),
        ("chieu_sang_cay_xanh", "Ngõ 12 phố Hòa Bình mấy hôm nay không có đèn đường, đề nghị sửa."),
        20,
    ),
    _same(
        ("chieu_sang_cay_xanh", "Cành cây phượng trước nhà văn hóa tổ 7 mục, sắp gãy xuống mái tôn nhà dân."),
        ("chieu_sang_cay_xanh", "Cây phượng ở nhà văn hoá tổ 7 bị mục gốc, cành lớn có thể gãy bất cứ lúc nào."),
        15,
    ),
    _same(
        ("rac_thai", "Bãi rác tự phát bên bờ suối sau chợ Bến Đò bốc mùi hôi thối, ruồi nhặng đầy."),
        ("o_nhiem", "Sau chợ Bến Đò người ta đổ rác ra bờ suối, mùi hôi thối không chịu nổi, ruồi bay vào nhà."),
        80,
    ),
    _same(
        ("rac_thai", "Ba hôm nay xe không vào thu gom rác tổ 4 phường Minh Tân, rác chất đống đầu ngõ."),
        ("rac_thai", "Rác ở tổ 4 chất đống mấy ngày không ai thu gom, chó bới tung ra đường."),
        70,
    ),
    _same(
        ("thoat_nuoc", "Nắp cống trước số nhà 45 đường Điện Biên bị mất, rất nguy hiểm cho người đi xe đạp."),
        ("duong_sa", "Mất nắp cống ngay mép đường Điện Biên, gần số nhà 45, buổi tối không nhìn thấy."),
        12,
    ),
    _same(
        ("thoat_nuoc", "Cứ mưa to là ngã tư Nam Cường ngập đến đầu gối vì cống tắc rác."),
        ("thoat_nuoc", "Ngã tư Nam Cường mưa một lúc là ngập úng, cống thoát nước bị tắc lâu rồi."),
        50,
    ),
    _same(
        ("cap_nuoc", "Nước máy khu tái định cư đục ngầu, có cặn vàng, không nấu ăn được."),
        ("cap_nuoc", "nuoc may o khu tai dinh cu mau vang duc, mui tanh, ca xom khong dung duoc"),
        210,
    ),
    _same(
        ("cap_nuoc", "Mất nước sinh hoạt hai ngày nay ở tổ dân phố số 9, gọi công ty cấp nước không ai nghe."),
        ("cap_nuoc", "Tổ dân phố số 9 không có nước dùng từ hôm kia, đề nghị công ty cấp nước khắc phục."),
        180,
    ),
    _same(
        ("dien", "Dây điện đứt thõng xuống đường bê tông cạnh trạm y tế, trẻ con hay chơi ở đó."),
        ("dien", "Gần trạm y tế có dây điện đứt rơi xuống đường, rất nguy hiểm, đề nghị cắt điện ngay."),
        20,
    ),
    _same(
        ("dien", "Cột điện đầu thôn Khe Dứa nghiêng hẳn sang nhà dân sau trận mưa."),
        ("dien", "Cột điện ở đầu thôn Khe Dứa bị nghiêng, sắp đổ vào nhà."),
        10,
    ),
    _same(
        ("vien_thong", "Cáp viễn thông võng sát mặt đường trước chợ Yên Bình, xe tải vướng vào."),
        ("dien", "Dây cáp trước chợ Yên Bình võng xuống thấp quá, xe tải đi qua bị vướng."),
        35,
    ),
    _same(
        ("nong_lam", "Lợn chết vứt xuống mương thủy lợi thôn Đồng Bưởi, nước đen và hôi."),
        ("rac_thai", "Có người vứt xác lợn chết xuống mương thuỷ lợi ở thôn Đồng Bưởi."),
        110,
    ),
    _same(
        ("duong_sa", "Đèn tín hiệu ngã tư Km 5 hỏng, các hướng đều đèn đỏ."),
        ("duong_sa", "Đèn xanh đèn đỏ ngã tư Km5 không hoạt động, giờ tan tầm xe cộ lộn xộn."),
        15,
    ),
    _same(
        ("van_hoa_du_lich", "Nhà vệ sinh công cộng ở bến thuyền hồ Thác Bà khóa cửa, du khách không có chỗ đi."),
        ("van_hoa_du_lich", "Bến thuyền hồ Thác Bà: nhà vệ sinh công cộng bị khoá cả ngày lễ."),
        45,
    ),
    _apart(
        ("duong_sa", "Ổ gà lớn giữa đường trước cổng trường Nguyễn Trãi, xe máy đã ngã hai lần trong tuần."),
        ("duong_sa", "Vạch sơn sang đường trước cổng trường Nguyễn Trãi mờ hết, đề nghị sơn lại."),
        30,
    ),
    _apart(
        ("duong_sa", "Gương cầu lồi ở khúc cua dốc Đỏ bị vỡ, hai xe suýt đâm nhau sáng nay."),
        ("duong_sa", "Mặt đường bê tông đoạn chân dốc nứt toác, lún một bên bánh xe."),
        220,
    ),
    _apart(
        ("duong_sa", "Biển báo hạn chế tốc độ gần cây xăng bị xe đâm đổ, nằm dưới rãnh."),
        ("duong_sa", "Xe chở cát làm rơi vãi, bụi mù mịt suốt đoạn đường qua cây xăng."),
        150,
    ),
    _apart(
        ("rac_thai", "Ba hôm nay xe không vào thu gom rác tổ 4 phường Minh Tân, rác chất đống đầu ngõ."),
        ("rac_thai", "Có người đốt nilon và lốp cao su mỗi tối ở bãi đất trống, khói khét lẹt."),
        160,
    ),
    _apart(
        ("chieu_sang_cay_xanh", "Đèn đường ngõ 12 phố Hòa Bình tắt cả tuần nay, tối om, phụ nữ không dám đi."),
        ("chieu_sang_cay_xanh", "Cây bàng đầu phố rễ trồi lên làm vỡ hết gạch vỉa hè."),
        130,
    ),
    _apart(
        ("dien", "Dây điện đứt thõng xuống đường bê tông cạnh trạm y tế, trẻ con hay chơi ở đó."),
        ("dien", "Cả xóm mất điện từ 6 giờ sáng không thấy báo trước, tủ lạnh hỏng hết đồ ăn."),
        190,
    ),
    _apart(
        ("dien", "Cột điện đầu thôn Khe Dứa nghiêng hẳn sang nhà dân sau trận mưa."),
        ("dien", "Điện yếu, buổi tối không bật nổi bơm nước, đề nghị nâng công suất trạm biến áp."),
        240,
    ),
    _apart(
        ("cap_nuoc", "Nước máy khu tái định cư đục ngầu, có cặn vàng, không nấu ăn được."),
        ("cap_nuoc", "Đường ống vỡ ở ngã ba, nước sạch chảy lênh láng ra đường suốt đêm."),
        170,
    ),
    _apart(
        ("thoat_nuoc", "Nắp cống trước số nhà 45 đường Điện Biên bị mất, rất nguy hiểm cho người đi xe đạp."),
        ("chieu_sang_cay_xanh", "Bóng đèn cao áp trước số nhà 60 đường Điện Biên nhấp nháy cả đêm."),
        60,
    ),
    _apart(
        ("sat_lo", "Cây đổ chắn ngang đường đi xã Minh Bảo sau cơn giông tối qua."),
        ("sat_lo", "Nước suối dâng tràn qua ngầm, không ai qua lại được từ trưa."),
        250,
    ),
    _apart(
        ("thoat_nuoc", "Cứ mưa to là ngã tư Nam Cường ngập đến đầu gối vì cống tắc rác."),
        ("rac_thai", "Hộ kinh doanh ở ngã tư Nam Cường quét rác xuống lòng đường mỗi tối."),
        40,
    ),
    _apart(
        ("van_hoa_du_lich", "Quán karaoke cạnh nhà nghỉ hát đến hai giờ sáng, khách du lịch phàn nàn."),
        ("van_hoa_du_lich", "Nhà vệ sinh công cộng ở bến thuyền hồ Thác Bà khóa cửa, du khách không có chỗ đi."),
        90,
    ),
    _apart(
        ("vien_thong", "Thôn Làng Chiềng không có sóng điện thoại, phải lên đồi mới gọi được."),
        ("dien", "Thôn Làng Chiềng mất điện liên tục mỗi khi có mưa giông."),
        120,
    ),
    _apart(
        ("nong_lam", "Kênh mương nội đồng vỡ bờ, nước không vào được ruộng đang cấy."),
        ("nong_lam", "Trâu bò thả rông phá hết ngô non của bà con, nhắc nhiều lần không được."),
        200,
    ),
    _apart(
        ("trat_tu_xay_dung", "Hộ đối diện chợ xây lấn ra vỉa hè gần một mét, người đi bộ phải xuống lòng đường."),
        ("trat_tu_xay_dung", "Công trình nhà năm tầng đổ vật liệu chiếm hết lòng đường, không che chắn bụi."),
        110,
    ),
    _apart(
        ("duong_sa", "Đề nghị lắp gờ giảm tốc ở cổng trường mầm non vì xe chạy quá nhanh."),
        ("duong_sa", "Đường trước trường mầm non có hố sâu đọng nước, các cháu đi học bị ngã."),
        25,
    ),
    _apart(
        ("rac_thai", "Bãi rác tự phát bên bờ suối sau chợ Bến Đò bốc mùi hôi thối, ruồi nhặng đầy."),
        ("duong_sa", "Đường vào chợ Bến Đò bị hàng quán lấn chiếm, xe máy không đi lọt."),
        95,
    ),
    _apart(
        ("gop_y", "Rất cảm ơn các anh công an xã đã giúp đỡ gia đình tôi làm căn cước."),
        ("thu_tuc", "Tôi nộp hồ sơ khai sinh ở xã ba tuần chưa có kết quả."),
        5,
    ),
    _apart(
        ("dien", "Cột điện trước nhà tôi bị nghiêng, đề nghị ngành điện kiểm tra."),
        ("chieu_sang_cay_xanh", "Cột đèn chiếu sáng trước nhà tôi không sáng, đề nghị kiểm tra."),
        140,
    ),
    _apart(
        ("duong_sa", "Xe tải chở đá chạy suốt ngày làm hỏng đường liên thôn, đề nghị hạn chế tải trọng."),
        ("an_ninh", "Thanh niên đua xe, rú ga suốt đêm trên đường liên thôn."),
        180,
    ),
)

# Written after the threshold was chosen, to see how it does on what it was not chosen on.
LATER_PAIRS = (
    _same(
        ("duong_sa", "Cầu Bản Lùng hư lan can, trẻ đi học dễ rơi xuống suối."),
        ("duong_sa", "Lan can cầu Bản Lùng gãy một đoạn dài, học sinh đi qua rất nguy hiểm, mong sửa sớm."),
        35,
    ),
    _same(
        ("dien", "Trạm biến áp cạnh sân bóng kêu to, có tia lửa, bà con lo cháy nổ."),
        ("pccc", "Tram bien ap canh san bong phat tia lua dien, keu rat to, so chay no"),
        30,
    ),
    _same(
        ("rac_thai", "Thùng rác công cộng ở công viên Yên Hòa đầy tràn không ai đổ, bốc mùi."),
        ("rac_thai", "Công viên Yên Hoà: thùng rác đầy mấy hôm rồi, rác rơi đầy đất, mùi hôi."),
        60,
    ),
    _same(
        ("thoat_nuoc", "Rãnh thoát nước thôn Trung Tâm bị lấp, nước thải chảy ra đường bê tông."),
        ("o_nhiem", "Nước thải chảy tràn ra đường bê tông thôn Trung Tâm vì rãnh thoát nước bị đất lấp."),
        75,
    ),
    _same(
        ("chieu_sang_cay_xanh", "Cột đèn chiếu sáng số 14 đường Âu Cơ bị xe đâm nghiêng."),
        (
            "chieu_sang_cay_xanh",
            "Trên đường Âu Cơ có một cột đèn bị xe tải đâm đổ nghiêng ra giữa đường, chưa ai dựng lại.",
        ),
        45,
    ),
    _same(
        ("sat_lo", "Đá lăn từ đồi xuống quốc lộ 37 đoạn đèo Lũng Lô, một làn đường bị chặn."),
        ("sat_lo", "Quốc lộ 37 đèo Lũng Lô đá to rơi chắn một làn, xe phải tránh."),
        120,
    ),
    _same(
        ("nong_lam", "Đập tràn thủy lợi Bản Có bị thủng, ruộng phía dưới khô nứt."),
        ("nong_lam", "Ruộng khô nứt hết vì đập Bản Có thủng không giữ được nước."),
        150,
    ),
    _same(
        ("vien_thong", "Mạng Internet và sóng 4G ở xã Nà Hẩu chập chờn cả tuần, không học trực tuyến được."),
        ("vien_thong", "song dien thoai o Na Hau yeu, mang chap chon, con toi khong hoc truc tuyen duoc"),
        260,
    ),
    _same(
        ("duong_sa", "Biển chỉ dẫn vào bệnh viện huyện bị gãy, nằm bên lề đường."),
        ("duong_sa", "Biển báo chỉ đường tới bệnh viện huyện đổ rồi, người nơi khác đến không biết lối."),
        20,
    ),
    _same(
        ("cap_nuoc", "Bể nước tập trung bản Mù cạn trơ đáy, đường ống bị vỡ trên núi."),
        ("cap_nuoc", "Ống dẫn nước về bản Mù vỡ, cả bản không có nước ăn."),
        90,
    ),
    _apart(
        ("duong_sa", "Cầu Bản Lùng hư lan can, trẻ đi học dễ rơi xuống suối."),
        ("rac_thai", "Dưới chân cầu Bản Lùng có nhiều bao tải rác trôi về mắc lại."),
        40,
    ),
    _apart(
        ("dien", "Trạm biến áp cạnh sân bóng kêu to, có tia lửa, bà con lo cháy nổ."),
        ("chieu_sang_cay_xanh", "Sân bóng thôn buổi tối không có đèn chiếu sáng, thanh niên không chơi được."),
        50,
    ),
    _apart(
        ("rac_thai", "Thùng rác công cộng ở công viên Yên Hòa đầy tràn không ai đổ, bốc mùi."),
        ("van_hoa_du_lich", "Ghế đá ở công viên Yên Hòa bị đập vỡ, dụng cụ tập thể dục han rỉ."),
        70,
    ),
    _apart(
        ("thoat_nuoc", "Rãnh thoát nước thôn Trung Tâm bị lấp, nước thải chảy ra đường bê tông."),
        ("duong_sa", "Đường bê tông thôn Trung Tâm mới làm đã bong tróc, đề nghị kiểm tra chất lượng."),
        80,
    ),
    _apart(
        ("chieu_sang_cay_xanh", "Cột đèn chiếu sáng số 14 đường Âu Cơ bị xe đâm nghiêng."),
        ("duong_sa", "Xe ben chạy quá tốc độ trên đường Âu Cơ giờ học sinh tan trường."),
        110,
    ),
    _apart(
        ("sat_lo", "Đá lăn từ đồi xuống quốc lộ 37 đoạn đèo Lũng Lô, một làn đường bị chặn."),
        ("sat_lo", "Suối lũ cuốn trôi ngầm tràn vào bản, hai hộ bị cô lập."),
        280,
    ),
    _apart(
        ("nong_lam", "Đập tràn thủy lợi Bản Có bị thủng, ruộng phía dưới khô nứt."),
        ("nong_lam", "Rầy nâu hại lúa ở cánh đồng Bản Có, xin hỗ trợ thuốc."),
        130,
    ),
    _apart(
        ("duong_sa", "Biển chỉ dẫn vào bệnh viện huyện bị gãy, nằm bên lề đường."),
        ("duong_sa", "Trước cổng bệnh viện huyện ổ gà nhiều, xe cấp cứu đi lắc mạnh."),
        25,
    ),
    _apart(
        ("cap_nuoc", "Bể nước tập trung bản Mù cạn trơ đáy, đường ống bị vỡ trên núi."),
        ("dien", "Đường dây hạ thế vào bản Mù vướng cành tre, gió là chập điện."),
        100,
    ),
    _apart(
        ("chieu_sang_cay_xanh", "Hàng cây sấu trước ủy ban phường bị sâu đục thân, lá rụng hết."),
        ("trat_tu_xay_dung", "Trước ủy ban phường hàng quán bày bàn ghế kín vỉa hè."),
        35,
    ),
)
