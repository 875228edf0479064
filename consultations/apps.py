from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = "Konsultaatiotunnit"

    def ready(self) -> None:
        from consultations import notice_subjects  # noqa: PLC0415
        from consultations.busy import booked  # noqa: PLC0415
        from consultations.leaf import tried_for  # noqa: PLC0415
        from consultations.signatures import take_it  # noqa: PLC0415
        from notifications.actions import register  # noqa: PLC0415
        from notifications.models import Kind  # noqa: PLC0415
        from schools import busy  # noqa: PLC0415
        from support import leaf_notes  # noqa: PLC0415

        register(Kind.SLOT_OFFERED, take_it)
        busy.register(booked)
        leaf_notes.register(tried_for)
        notice_subjects.register()
