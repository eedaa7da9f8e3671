<?php
session_start();
if (isset($_POST['user'], $_POST['password'])) {
    $stmt = $pdo->prepare('SELECT id, hash FROM users WHERE name = ?');
    $stmt->execute([$_POST['user']]);
    $row = $stmt->fetch();
    if ($row && password_verify($_POST['password'], $row['hash'])) { $_SESSION['id'] = $row['id']; header('Location: /'); exit; }
}
