SELECT document FROM campaign
