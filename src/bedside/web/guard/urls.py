from django.urls import path

from bedside.web.guard import alarms, views

urlpatterns = [
    path("settings/guard", views.rules_page, name="guard_rules"),
    path("settings/guard/false-alarms", alarms.index, name="false_alarms"),
    path("settings/guard/false-alarms/<uuid:alarm_id>/allow", alarms.allow, name="false_alarm_allow"),
    path("settings/guard/false-alarms/<uuid:alarm_id>/dismiss", alarms.dismiss, name="false_alarm_dismiss"),
    path("posts/<uuid:post_id>/false-alarms", alarms.report, name="false_alarm_report"),
]
