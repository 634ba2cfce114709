window.YTD.account.part0 = [
  {
    "account": {
      "email": "nadie@ejemplo.example",
      "createdVia": "web",
      "username": "Ejemplo_Hoy_4",
      "accountId": "900000000004",
      "createdAt": "2023-01-05T08:00:00.000Z",
      "accountDisplayName": "Ejemplo 4"
    }
  }
]
