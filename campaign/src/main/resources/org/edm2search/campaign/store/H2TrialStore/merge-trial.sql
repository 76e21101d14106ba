MERGE INTO trial KEY (number) VALUES (:number, :document)
