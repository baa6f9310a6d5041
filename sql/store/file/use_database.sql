use {{ database | identifier }}
