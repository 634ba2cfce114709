window.YTD.tweets.part0 = [
  {
    "tweet": {
      "created_at": "Wed May 31 10:00:00 +0000 2023",
      "id": "1663000000000000200",
      "id_str": "1663000000000000200",
      "full_text": "Por primera vez llueve en la ciudad de ejemplo https://t.co/a",
      "lang": "es",
      "entities": {
        "urls": [
          {
            "url": "https://t.co/a",
            "expanded_url": "https://diario-ejemplo.example/a"
          }
        ],
        "user_mentions": []
      },
      "retweet_count": "1",
      "favorite_count": "2",
      "extended_entities": {
        "media": [
          {
            "type": "photo"
          }
        ]
      }
    }
  },
  {
    "tweet": {
      "created_at": "Wed May 31 10:01:00 +0000 2023",
      "id": "1663000000000000201",
      "id_str": "1663000000000000201",
      "full_text": "La agencia informa de la lluvia &amp; del sol, con un texto que nadie corta",
      "lang": "es",
      "entities": {
        "urls": [],
        "user_mentions": []
      },
      "retweet_count": "1",
      "favorite_count": "40"
    }
  },
  {
    "tweet": {
      "created_at": "Wed May 31 10:02:00 +0000 2023",
      "id": "1663000000000000202",
      "id_str": "1663000000000000202",
      "full_text": "RT @Ejemplo_Hoy_2: La agencia informa de la lluvia &amp; del sol, con un…",
      "lang": "es",
      "entities": {
        "urls": [],
        "user_mentions": []
      },
      "retweet_count": "9",
      "favorite_count": "0"
    }
  },
  {
    "tweet": {
      "created_at": "Wed May 31 10:03:00 +0000 2023",
      "id": "1663000000000000203",
      "id_str": "1663000000000000203",
      "full_text": "@Ejemplo_Hoy_2 ¿y mañana?",
      "lang": "es",
      "entities": {
        "urls": [],
        "user_mentions": [
          {
            "screen_name": "Ejemplo_Hoy_2"
          }
        ]
      },
      "retweet_count": "1",
      "favorite_count": "2",
      "in_reply_to_status_id_str": "1663000000000000101"
    }
  },
  {
    "tweet": {
      "created_at": "Wed May 31 10:04:00 +0000 2023",
      "id": "1663000000000000204",
      "id_str": "1663000000000000204",
      "full_text": "Miren esto",
      "lang": "es",
      "entities": {
        "urls": [],
        "user_mentions": []
      },
      "retweet_count": "1",
      "favorite_count": "2",
      "quoted_status_id_str": "1663000000000000101"
    }
  }
]
