SELECT document FROM trial WHERE number = :number
