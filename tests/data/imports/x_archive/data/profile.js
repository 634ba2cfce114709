window.YTD.profile.part0 = [
  {
    "profile": {
      "description": {
        "bio": "Noticias de ejemplo",
        "website": "https://t.co/ejemplo",
        "location": "Ejemplo"
      },
      "avatarMediaUrl": "https://cdn.example/a.jpg"
    }
  }
]
