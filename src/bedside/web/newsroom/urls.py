from django.urls import path

from bedside.web.newsroom import views

urlpatterns = [
    path("news", views.index, name="news"),
    path("news/rss.xml", views.feed, {"kind": "rss"}, name="news_rss"),
    path("news/atom.xml", views.feed, {"kind": "atom"}, name="news_atom"),
    path("news/feed.json", views.feed, {"kind": "json"}, name="news_json"),
    path("news/picture/<str:sha256>", views.picture, name="news_picture"),
    path("news/<str:address>", views.item, name="news_item"),
]
