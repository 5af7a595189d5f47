"""The pages: server-rendered, complete without JavaScript, in Korean and English. Same answers as the API."""
