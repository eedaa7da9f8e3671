<?php
$id = (int) $_GET['id'];
$ch = curl_init('https://api.example.org/items/' . $id);
curl_setopt($ch, CURLOPT_RETURNTRANSFER, true);
echo curl_exec($ch);
